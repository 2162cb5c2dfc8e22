// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/remote_key_sets.h"
#include "kernel/log.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/oauth2/discovery.h"
#include "plugins/oauth2/oauth_surface.h"

#include <optional>

namespace latchkey::oauth2 {

namespace {

const log::Logger kLog("oauth2");

}  // namespace

/// The OAuth 2.0 / OpenID Connect provider. Resources `discovery` and `oauth`.
class OAuth2Plugin final : public Plugin, private http::Surface {
public:
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }

    void start(Services& services) override {
        auto& keys = services.need<jose::KeyStore>();
        auto& remote = services.need<jose::RemoteKeySets>();
        auto* homeserver = services.find<Homeserver>();
        if (homeserver == nullptr) kLog.warn("oauth2.no_homeserver", "no plugin connects the homeserver: it is not told of the devices of new sessions, and refuses their tokens until it knows them");
        discovery_.emplace(settings_.metadata, keys);
        provider_.emplace(settings_, Neighbours{.store = services.need<Store>(),
                                                .encrypter = services.need<Encrypter>(),
                                                .keys = keys,
                                                .policy = services.need<Policy>(),
                                                .limiter = services.need<RateLimiter>(),
                                                .activity = services.need<ActivityRecorder>(),
                                                .keysAtUri = [&remote](const std::string& uri, const std::string& kid) { return remote.get(uri, kid); },
                                                .homeserver = homeserver,
                                                .userLocks = homeserver == nullptr ? nullptr : &services.need<UserLocks>(),
                                                .room = services.find<WaitingRoom>(),
                                                .events = services.find<Events>()});
        oauth_.emplace(*provider_);
        services.offer<http::Surface>(*this);
        services.offer<http::Surface>(*oauth_);
        services.offer<MetricsSource>(provider_->metrics);
    }

private:
    std::string_view resource() const override { return "discovery"; }
    void mount(http::Routes& routes) override {
        const http::RouteOptions options{.cors = &cors_};
        for (const char* path : {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
            routes.get(path, [this](const http::Request&) { return discovery_->configuration(); }, options);
        }
        routes.get("/.well-known/webfinger", [this](const http::Request& request) { return discovery_->webfinger(request); }, options);
    }

    const http::Cors cors_{.allowHeaders = "authorization, accept, accept-language, content-language, content-type"};
    Settings settings_;
    std::optional<Discovery> discovery_;
    std::optional<Provider> provider_;
    std::optional<OAuthSurface> oauth_;
};

}  // namespace latchkey::oauth2

LATCHKEY_PLUGIN(latchkey::oauth2::OAuth2Plugin, "oauth2", latchkey::kVersion, "OAuth 2.0 and OpenID Connect provider")
