// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// The parameters of a POST (RFC 6749 §3.2, Appendix B). A parameter without value counts as absent (§3.1).
class Form {
public:
    /// Throws invalid_request if the content type is another, the encoding is broken, or a parameter is there twice.
    static Form parse(const http::Request& request);

    std::optional<std::string> optional(std::string_view name) const;
    /// Throws invalid_request that names it.
    std::string required(std::string_view name) const;
    const http::Parameters& all() const { return parameters_; }

private:
    http::Parameters parameters_;
};

}  // namespace latchkey::oauth2
