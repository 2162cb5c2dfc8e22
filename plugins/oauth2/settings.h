// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_request.h"
#include "kernel/config/section.h"
#include "plugins/oauth2/metadata.h"

#include <string>
#include <vector>

namespace latchkey::oauth2 {

/// What the configuration says to the provider.
struct Settings {
    MetadataSettings metadata;
    Duration accessTokenLifetime = Duration::seconds(300);  ///< experimental.access_token_ttl
    bool completeVerificationUri = false;                   ///< oauth.device_code_user_code_auto_fill_enabled
    AuthorizationRequest::Rules rules;                      ///< oauth.allow_plain_pkce
    std::vector<std::string> assertionAudiences;            ///< the issuer; with oauth.accept_token_endpoint_audience that endpoint, too
    config::Section::InlineOrFile homeserverSecret;         ///< matrix.secret

    /// `root` is the root of the configuration.
    static Settings parse(const config::Section& root);
    /// The homeserver's secret, from its file if it is in one; blanks around it do not count. Throws ConfigError.
    std::string readHomeserverSecret() const;
};

}  // namespace latchkey::oauth2
