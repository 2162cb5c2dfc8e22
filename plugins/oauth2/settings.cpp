// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/settings.h"

namespace latchkey::oauth2 {

Settings Settings::parse(const config::Section& root) {
    const config::Section oauth = root.section("oauth");
    Settings settings;
    settings.metadata = MetadataSettings::parse(root);
    settings.accessTokenLifetime = Duration::seconds(root.section("experimental").seconds("access_token_ttl", 300));
    settings.completeVerificationUri = oauth.boolean("device_code_user_code_auto_fill_enabled", false);
    settings.rules.plainCodeChallenge = settings.metadata.plainCodeChallenge;
    settings.assertionAudiences = {settings.metadata.url.issuer};
    if (oauth.boolean("accept_token_endpoint_audience", false)) settings.assertionAudiences.push_back(settings.metadata.url.join("oauth2/token"));
    settings.homeserverSecret = root.section("matrix").inlineOrFile("secret");
    return settings;
}

std::string Settings::readHomeserverSecret() const {
    if (homeserverSecret.value) return homeserverSecret.value->reveal();
    if (!homeserverSecret.file) return {};
    std::string text = config::readFile("matrix.secret_file", *homeserverSecret.file);
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && isBlank(text.back())) text.pop_back();
    while (!text.empty() && isBlank(text.front())) text.erase(0, 1);
    return text;
}

}  // namespace latchkey::oauth2
