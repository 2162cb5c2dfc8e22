// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/activity.h"
#include "domain/crypto/encrypter.h"
#include "domain/event_sink.h"
#include "domain/outgoing_http.h"
#include "domain/oauth2/id_token_reader.h"
#include "domain/rate_limiter.h"
#include "domain/store.h"
#include "kernel/log.h"
#include "kernel/services.h"
#include "plugins/account/logout/end_session.h"
#include "plugins/account/management/area.h"
#include "plugins/account/pages/assets.h"
#include "plugins/account/pages/authorize.h"
#include "plugins/account/pages/compat_sso.h"
#include "plugins/account/pages/consent.h"
#include "plugins/account/pages/cross_signing_reset.h"
#include "plugins/account/pages/device_consent.h"
#include "plugins/account/pages/device_link.h"
#include "plugins/account/pages/error.h"
#include "plugins/account/pages/index.h"
#include "plugins/account/pages/login.h"
#include "plugins/account/pages/logout.h"
#include "plugins/account/pages/password_check.h"
#include "plugins/account/pages/samples.h"
#include "plugins/account/recovery/area.h"
#include "plugins/account/registration/area.h"
#include "plugins/account/templates_check.h"

#include <optional>

namespace latchkey::account {

/// What a person sees in a browser. Resources `human` and `assets`.
class AccountPlugin final : public Plugin, private http::Surface, private Reloadable {
public:
    void declare(Declarations& declarations) override { declarations.command(check_); }
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }
    void start(Services& services) override {
        steps_ = services.all<RegistrationStep>();
        for (StepFile& file : RegistrationArea::filesOf(steps_)) settings_.theme.more.emplace_back(std::move(file.path), std::move(file.content));
        loadTheme();
        site_.emplace(Site{settings_, theme_, services.need<Store>(), services.need<Encrypter>(), metrics_, services.find<ActivityRecorder>(),
                           services.find<Homeserver>(), services.find<Events>()});
        index_.emplace(*site_);
        login_.emplace(*site_, services.need<PasswordHasher>(), services.need<RateLimiter>());
        logout_.emplace(*site_);
        error_.emplace(*site_);
        idTokens_.emplace(services.need<Store>(), services.need<Encrypter>(), services.need<jose::KeyStore>(), settings_.url.issuer);
        authorize_.emplace(*site_, services.need<Policy>(), *error_, *idTokens_, services.need<jose::KeyStore>());
        endSession_.emplace(*site_, *idTokens_, *error_);
        consent_.emplace(*site_, services.need<Policy>());
        deviceLink_.emplace(*site_, services.need<RateLimiter>());
        deviceConsent_.emplace(*site_, services.need<Policy>());
        compatSso_.emplace(*site_, services.need<Policy>());
        passwordCheck_.emplace(*site_, services.need<PasswordHasher>(), services.need<RateLimiter>());
        crossSigningReset_.emplace(*site_, services.need<PasswordHasher>(), services.need<RateLimiter>(), services.find<Homeserver>());
        recovery_.emplace(*site_, services.need<PasswordHasher>(), services.need<RateLimiter>());
        registration_.emplace(*site_, RegistrationServices{services.need<PasswordHasher>(), services.need<RateLimiter>(), services.need<Policy>(), services.find<OutgoingHttp>(), steps_});
        management_.emplace(*site_, ManagementServices{services.need<PasswordHasher>(), services.need<RateLimiter>(), services.need<Policy>()});
        services.offer<http::Surface>(*this);
        services.offer<http::Surface>(assets_);
        services.offer<Reloadable>(*this);
        services.offer<MetricsSource>(metrics_);
    }

private:
    std::string_view resource() const override { return "human"; }
    void mount(http::Routes& routes) override {
        const http::RouteOptions form{.bodyLimit = 64 * 1024};
        routes.get("/", [this](const http::Request& request) { return index_->get(request); });
        routes.get("/login", [this](const http::Request& request) { return login_->get(request); });
        routes.post("/login", [this](const http::Request& request) { return login_->post(request); }, form);
        routes.get("/authorize", [this](const http::Request& request) { return authorize_->get(request); });
        routes.post("/authorize", [this](const http::Request& request) { return authorize_->post(request); }, form);
        routes.get("/consent/{id}", [this](const http::Request& request) { return consent_->get(request); });
        routes.post("/consent/{id}", [this](const http::Request& request) { return consent_->post(request); }, form);
        routes.get("/link", [this](const http::Request& request) { return deviceLink_->get(request); });
        routes.post("/link", [this](const http::Request& request) { return deviceLink_->post(request); }, form);
        routes.get("/device/{id}", [this](const http::Request& request) { return deviceConsent_->get(request); });
        routes.post("/device/{id}", [this](const http::Request& request) { return deviceConsent_->post(request); }, form);
        routes.get("/complete-compat-sso/{id}", [this](const http::Request& request) { return compatSso_->get(request); });
        routes.post("/complete-compat-sso/{id}", [this](const http::Request& request) { return compatSso_->post(request); }, form);
        routes.post(PasswordCheck::kPath, [this](const http::Request& request) { return passwordCheck_->post(request); }, form);
        management_->mount(routes);
        routes.get(CrossSigningResetPage::kPath, [this](const http::Request& request) { return crossSigningReset_->get(request); });
        routes.post(CrossSigningResetPage::kPath, [this](const http::Request& request) { return crossSigningReset_->post(request); }, form);
        registration_->mount(routes);
        recovery_->mount(routes);
        endSession_->mount(routes);
        routes.post("/logout", [this](const http::Request& request) { return logout_->post(request); }, form);
    }
    http::Response renderProblem(const http::Problem& problem) const override { return error_->show(problem); }
    bool hasPages() const override { return true; }

    void reload() override { loadTheme(); }
    void loadTheme() {
        std::vector<Sample> samples = allSamples();
        for (Sample& each : RegistrationArea::samplesOf(steps_)) samples.push_back(std::move(each));
        theme_.set(Theme::load(settings_.theme, samples, settings_.common()));
    }

    Settings settings_;
    TemplatesCheck check_{settings_};
    CurrentTheme theme_;
    Assets assets_{theme_};
    AccountMetrics metrics_;
    std::optional<Site> site_;
    std::optional<IndexPage> index_;
    std::optional<LoginPage> login_;
    std::optional<LogoutPage> logout_;
    std::optional<ErrorPage> error_;
    std::optional<IdTokenReader> idTokens_;
    std::optional<AuthorizePage> authorize_;
    std::optional<EndSession> endSession_;
    std::optional<ConsentPage> consent_;
    std::optional<DeviceLinkPage> deviceLink_;
    std::optional<DeviceConsentPage> deviceConsent_;
    std::optional<CompatSsoPage> compatSso_;
    std::optional<PasswordCheck> passwordCheck_;
    std::optional<CrossSigningResetPage> crossSigningReset_;
    std::vector<RegistrationStep*> steps_;  ///< of plugins
    std::optional<RegistrationArea> registration_;
    std::optional<RecoveryArea> recovery_;
    std::optional<ManagementArea> management_;
};

}  // namespace latchkey::account

LATCHKEY_PLUGIN(latchkey::account::AccountPlugin, "account", latchkey::kVersion, "Pages for people: log-in, log-out, consent")
