// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"

#include <string>

namespace latchkey::http {

struct Request;

/// What went wrong with a request, before a surface gives it its own form.
struct LATCHKEY_API Problem {
    int status = 500;
    std::string title;               ///< may be shown to the client
    std::string requestId;
    int retryAfterSeconds = 0;       ///< > 0: the front adds Retry-After
    const Request* request = nullptr;  ///< the one that failed
};

/// Thrown by a handler to end a request with a plain status; what() is for the log, `title` for the client.
class LATCHKEY_API HttpError : public Error {
public:
    HttpError(int status, std::string title, const std::string& detail = {});
    ~HttpError() override;
    int status() const noexcept { return status_; }
    const std::string& title() const noexcept { return title_; }

private:
    int status_;
    std::string title_;
};

}  // namespace latchkey::http
