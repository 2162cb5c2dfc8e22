// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/public_url.h"

#include <string>
#include <vector>

namespace latchkey::config {
class Section;
}

namespace latchkey::oauth2 {

/// What of the configuration shows in the provider's metadata.
struct MetadataSettings {
    http::PublicUrl url;
    bool deviceCodeGrant = true;        ///< oauth.device_code_grant_enabled
    bool accountDeactivation = true;    ///< account.account_deactivation_allowed
    bool passwordRegistration = false;  ///< passwords.enabled and account.password_registration_enabled
    bool plainCodeChallenge = false;    ///< oauth.allow_plain_pkce

    static MetadataSettings parse(const config::Section& root);
};

/// The provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2) as JSON. `signing`: the algorithms that the loaded keys can do.
std::string metadataJson(const MetadataSettings& settings, const std::vector<std::string>& signing);

}  // namespace latchkey::oauth2
