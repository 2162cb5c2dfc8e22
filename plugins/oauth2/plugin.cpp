// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/http/api/surface.h"
#include "plugins/oauth2/discovery.h"
#include "plugins/oauth2/metadata.h"

#include <optional>

namespace latchkey::oauth2 {

/// The OAuth 2.0 / OpenID Connect provider. Resource `discovery`.
class OAuth2Plugin final : public Plugin, private http::Surface {
public:
    void configure(const config::Section& root) override { settings_ = MetadataSettings::parse(root); }
    void start(Services& services) override {
        discovery_.emplace(metadataJson(settings_), settings_.url.issuer);
        services.offer<http::Surface>(*this);
    }

private:
    std::string_view resource() const override { return "discovery"; }
    void mount(http::Routes& routes) override {
        const http::RouteOptions options{.cors = &cors_};
        routes.get("/.well-known/openid-configuration", [this](const http::Request&) { return discovery_->configuration(); }, options);
        routes.get("/.well-known/webfinger", [this](const http::Request& request) { return discovery_->webfinger(request); }, options);
    }

    const http::Cors cors_{.allowHeaders = "authorization, accept, accept-language, content-language, content-type"};
    MetadataSettings settings_;
    std::optional<Discovery> discovery_;
};

}  // namespace latchkey::oauth2

LATCHKEY_PLUGIN(latchkey::oauth2::OAuth2Plugin, "oauth2", "0.1.0", "OAuth 2.0 and OpenID Connect provider: discovery")
