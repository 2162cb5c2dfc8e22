// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/store.h"
#include "plugins/oauth2/oauth_metrics.h"
#include "plugins/oauth2/registration/registrar.h"

namespace latchkey::oauth2 {

/// POST /oauth2/registration (RFC 7591). Clients without a secret that say the same of themselves are one client: it is found by the
/// digest of its metadata. Since strangers share it, nobody may manage it; the others get a registration access token.
class Registration {
public:
    Registration(Store& store, RateLimiter& limiter, const Registrar& registrar, OAuthMetrics& metrics)
        : store_(store), limiter_(limiter), registrar_(registrar), metrics_(metrics) {}
    http::Response post(const http::Request& request) const;

private:
    /// Throws OAuthError if the policy does not let the client in, or something in it is not supported.
    void requireAllowed(const ClientMetadata& asked, const http::Request& request) const;
    http::Response registerWithSecret(const ClientMetadata& metadata) const;
    http::Response registerShared(ClientMetadata metadata, const std::string& digest) const;

    Store& store_;
    RateLimiter& limiter_;
    const Registrar& registrar_;
    OAuthMetrics& metrics_;
};

}  // namespace latchkey::oauth2
