// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/account/browser.h"

#include "domain/clock.h"
#include "domain/jose/jws.h"
#include "domain/oauth2/authorization_request.h"
#include "domain/user/user_repository.h"
#include "plugins/account/logout/end_session.h"
#include "plugins/account/management/area.h"
#include "plugins/account/pages/authorize.h"
#include "plugins/account/pages/compat_sso.h"
#include "plugins/account/pages/consent.h"
#include "plugins/account/pages/cross_signing_reset.h"
#include "plugins/account/pages/device_consent.h"
#include "plugins/account/pages/device_link.h"
#include "plugins/account/pages/index.h"
#include "plugins/account/pages/login.h"
#include "plugins/account/pages/logout.h"
#include "plugins/account/pages/password_check.h"
#include "plugins/account/pages/samples.h"
#include "plugins/account/recovery/area.h"
#include "plugins/account/registration/area.h"
#include "tests/domain/jose/vectors.h"

#include <cppunit/TestAssert.h>

#include <sstream>

namespace latchkey::account {

namespace {

// The request with the path's parameters, if the route is the one for it.
std::optional<http::Request> matching(const http::Request& request, const http::Route& route) {
    if (route.method != request.method) return std::nullopt;
    http::Request routed = request;
    routed.pathParameters.clear();
    std::istringstream path(request.path), pattern(route.pattern);
    std::string segment, wanted;
    while (std::getline(pattern, wanted, '/')) {
        if (!std::getline(path, segment, '/')) return std::nullopt;
        if (wanted.starts_with('{')) routed.pathParameters.emplace_back(wanted.substr(1, wanted.size() - 2), segment);
        else if (wanted != segment) return std::nullopt;
    }
    const bool whole = !std::getline(path, segment, '/') && request.path.ends_with('/') == route.pattern.ends_with('/');
    return whole ? std::optional(routed) : std::nullopt;
}
class FixedKeys final : public jose::KeyStore {
public:
    std::shared_ptr<const jose::KeySet> keys() const override { return keys_; }

private:
    std::shared_ptr<const jose::KeySet> keys_ = std::make_shared<jose::KeySet>(std::vector{jose::Key::parsePrivate(jose::test::kP256Pkcs8)});
};

const FixedKeys kKeys;

}  // namespace

Browser::Browser(contract::World& world_) : world(world_) {
    settings.url = {"https://auth.example.com/", "https://auth.example.com/"};
    settings.serverName = "example.com";
    settings.theme.assetPrefix = "/assets/";
    theme_.set(Theme::load(settings.theme, allSamples(), settings.common()));
}

http::Response Browser::get(const std::string& target) {
    http::Request request;
    request.method = "GET";
    request.target = target;
    return send(std::move(request));
}

http::Response Browser::post(const std::string& target, std::vector<std::pair<std::string, std::string>> form) {
    form.emplace_back("csrf", token_);
    return postWithoutToken(target, form);
}

http::Response Browser::postWithoutToken(const std::string& target, const std::vector<std::pair<std::string, std::string>>& form) {
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = formEncode(form);
    return send(std::move(request));
}

http::Response Browser::send(http::Request request) {
    const std::size_t question = std::min(request.target.find('?'), request.target.size());
    request.path = request.target.substr(0, question);
    request.queryString = request.target.substr(std::min(question + 1, request.target.size()));
    request.id = "request-1";
    request.clientIp = address;
    request.headers.add("User-Agent", "TestBrowser/1.0");
    request.headers.add("Accept-Language", language);
    for (const auto& [name, value] : extraHeaders) request.headers.add(name, value);
    for (const auto& [name, value] : cookies_) request.headers.add("Cookie", name + "=" + value);
    const std::size_t slash = request.path.rfind('/');
    request.pathParameters = {{"id", request.path.substr(slash + 1)}};
    if (request.path.starts_with("/register/steps/")) request.pathParameters = {{"id", request.path.substr(16, slash - 16)}, {"step", request.path.substr(slash + 1)}};
    http::Response response = handle(request);
    for (const std::string_view field : response.headers.all("Set-Cookie")) {
        const std::size_t equals = field.find('=');
        cookies_[std::string(field.substr(0, equals))] = field.substr(equals + 1, field.find(';') - equals - 1);
    }
    const std::size_t at = response.body.find("name=\"csrf\" value=\"");
    if (at != std::string::npos) token_ = response.body.substr(at + 19, response.body.find('"', at + 19) - at - 19);
    return response;
}

// Pages as the plugin mounts them, and errors as the front has them rendered.
http::Response Browser::handle(const http::Request& request) {
    const Site site{settings, theme_, world.store(), encrypter_, metrics, nullptr, homeserver, &events};
    const ErrorPage error(site);
    const IdTokenReader idTokens(world.store(), encrypter_, kKeys, settings.url.issuer);
    const bool get = request.method == "GET";
    try {
        if (request.path == "/") return IndexPage(site).get(request);
        if (request.path == "/logout") return LogoutPage(site).post(request);
        const EndSession endSession(site, idTokens, error);
        if (request.path == EndSession::kPath) return get ? endSession.get(request) : endSession.post(request);
        if (request.path == EndSession::kConfirmPath) return endSession.confirm(request);
        LoginPage login(site, hasher, limiter);
        if (request.path == "/login") return get ? login.get(request) : login.post(request);
        AuthorizePage authorize(site, policy, error, idTokens, kKeys);
        if (request.path == "/authorize") return get ? authorize.get(request) : authorize.post(request);
        DeviceLinkPage link(site, limiter);
        if (request.path == "/link") return get ? link.get(request) : link.post(request);
        ConsentPage consent(site, policy);
        if (request.path.starts_with("/consent/")) return get ? consent.get(request) : consent.post(request);
        DeviceConsentPage device(site, policy);
        if (request.path.starts_with("/device/")) return get ? device.get(request) : device.post(request);
        CompatSsoPage sso(site, policy);
        if (request.path.starts_with("/complete-compat-sso/")) return get ? sso.get(request) : sso.post(request);
        PasswordCheck passwordCheck(site, hasher, limiter);
        if (request.path == PasswordCheck::kPath) return passwordCheck.post(request);
        if (request.path.starts_with("/register")) return registration(site, request);
        if (request.path.starts_with("/recover") || request.path == RecoveryPasswordPage::kPath) return recovery(site, request);
        CrossSigningResetPage reset(site, hasher, limiter, homeserver);
        if (request.path == CrossSigningResetPage::kPath) return get ? reset.get(request) : reset.post(request);
        ManagementArea management(site, {hasher, limiter, policy});
        http::Routes routes;
        management.mount(routes);
        for (const http::Route& route : routes.list()) {
            if (auto routed = matching(request, route)) return route.handler(*routed);
        }
        throw http::HttpError(404, "Not Found");
    } catch (const http::HttpError& problem) {
        return error.show({problem.status(), problem.title(), request.id, 0, &request});
    }
}

bool Browser::counts(const std::string& line) const {
    MetricsWriter writer;
    metrics.collect(writer);
    return writer.text().find("\n" + line + "\n") != std::string::npos;
}

void Browser::takeUp(RegistrationStep& step) {
    steps_.push_back(&step);
    for (StepFile& file : RegistrationArea::filesOf({&step})) settings.theme.more.emplace_back(std::move(file.path), std::move(file.content));
    std::vector<Sample> samples = allSamples();
    for (Sample& each : RegistrationArea::samplesOf({&step})) samples.push_back(std::move(each));
    theme_.set(Theme::load(settings.theme, samples, settings.common()));
    for (const std::string& each : theme_.get()->untranslated()) CPPUNIT_FAIL(each);
}

http::Response Browser::recovery(const Site& site, const http::Request& request) {
    RecoveryArea area(site, hasher, limiter);
    const bool get = request.method == "GET";
    if (request.path == "/recover") return get ? area.start().get(request) : area.start().post(request);
    if (request.path == RecoveryPasswordPage::kPath) return get ? area.password().get(request) : area.password().post(request);
    return get ? area.progress().get(request) : area.progress().post(request);
}

http::Response Browser::registration(const Site& site, const http::Request& request) {
    RegistrationArea area(site, {hasher, limiter, policy, outgoing, steps_});
    const bool get = request.method == "GET";
    if (request.path == "/register") return area.form().entry(request);
    if (request.path == "/register/password") return get ? area.form().get(request) : area.form().post(request);
    if (request.path == "/register/check") return area.check().post(request);
    if (request.path.ends_with("/finish")) return area.finish().get(request);
    return get ? area.step().get(request) : area.step().post(request);
}

Ulid Browser::person(const std::string& name) {
    const Ulid user = world.user(name);
    world.commit([&](UnitOfWork& work) { work.passwords().add({world.id(), user, "old:secret", 1, world.now, std::nullopt}); });
    return user;
}

std::string Browser::idToken(const std::string& clientId, const Ulid& user, const std::string& issuer) const {
    const std::string claims = R"({"iss":")" + issuer + R"(","sub":")" + user.text() + R"(","aud":")" + clientId + R"(","iat":1000,"exp":)" + std::to_string(idTokenExpiry) + "}";
    return jose::sign(*kKeys.keys()->signingKey(jose::Algorithm::es256), jose::Algorithm::es256, claims);
}

Client Browser::client(const std::string& redirectUri) {
    Client made;
    made.id = world.id();
    made.name = "Example <b>App</b>";
    made.tokenEndpointAuthMethod = "none";
    made.redirectUris = {redirectUri};
    made.grantAuthorizationCode = made.grantDeviceCode = true;
    world.commit([&](UnitOfWork& work) { work.clients().add(made, std::nullopt, world.now); });
    return made;
}

std::string parameterOf(const http::Response& response, const std::string& name) {
    std::string location(response.headers.get("Location").value_or(""));
    const std::size_t begin = std::min(location.find_first_of("?#"), location.size() - 1);
    location = location.substr(begin + 1, location.find('#', begin + 1) - begin - 1);
    return std::string(http::Parameters::parse(location).value().get(name).value_or(""));
}

bool holds(const http::Response& response, const std::string& text) { return response.body.find(text) != std::string::npos; }

}  // namespace latchkey::account
