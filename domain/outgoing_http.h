// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "kernel/export.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace latchkey {

/// An outgoing request failed: no answer in time, refused address, too large, TLS … what() says which.
class LATCHKEY_API OutgoingHttpError : public Error {
public:
    using Error::Error;
    ~OutgoingHttpError() override;
};

struct OutgoingRequest {
    std::string method = "GET";
    std::string url;                                               ///< http or https
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::int64_t timeoutMs = 5'000;                                ///< all of it
    std::size_t largestAnswer = 64 * 1024;
    int redirects = 0;                                             ///< to follow; https never leads to http
    /// The URL comes from somebody outside (a client's jwks_uri): only public addresses, checked after resolving the name and for
    /// each redirect, and the connection goes to the checked address. Off for what the administrator configured.
    bool untrusted = true;
};

struct OutgoingResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;      ///< names in lower case
    std::string body;
    std::string header(std::string_view name) const;
};

/// The one way out. Thread-safe. Keeps connections. Sending is a LongWait. Never call it with a unit of work open.
class LATCHKEY_API OutgoingHttp {
public:
    static constexpr const char* kService = "domain.OutgoingHttp/1";
    virtual ~OutgoingHttp();
    /// Throws OutgoingHttpError. Any status is an answer.
    virtual OutgoingResponse send(const OutgoingRequest& request) = 0;
};

}  // namespace latchkey
