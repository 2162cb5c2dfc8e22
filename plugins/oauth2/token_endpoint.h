// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/client_authentication.h"
#include "plugins/oauth2/grants/grant.h"
#include "plugins/oauth2/oauth_metrics.h"

#include <memory>
#include <vector>

namespace latchkey::oauth2 {

/// POST /oauth2/token (RFC 6749 §3.2).
class TokenEndpoint {
public:
    TokenEndpoint(const ClientAuthentication& clients, std::vector<std::unique_ptr<Grant>> grants, OAuthMetrics& metrics)
        : clients_(clients), grants_(std::move(grants)), metrics_(metrics) {}
    http::Response post(const http::Request& request) const;

private:
    TokenAnswer exchange(const TokenRequest& request) const;
    const Grant& grantFor(const std::string& type) const;

    const ClientAuthentication& clients_;
    std::vector<std::unique_ptr<Grant>> grants_;
    OAuthMetrics& metrics_;
};

}  // namespace latchkey::oauth2
