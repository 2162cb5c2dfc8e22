// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

#include <memory>
#include <string>

namespace latchkey::oauth2 {

/// OpenID Connect Discovery 1.0: the provider's metadata (§4) and WebFinger (§2, RFC 7033). Thread-safe.
class Discovery {
public:
    Discovery(std::string metadata, std::string issuer);

    http::Response configuration() const;
    /// Any `resource` is answered for: which accounts exist is nobody's business.
    http::Response webfinger(const http::Request& request) const;

private:
    std::shared_ptr<const std::string> metadata_;
    std::string issuer_;
};

}  // namespace latchkey::oauth2
