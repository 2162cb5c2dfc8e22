// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/homeserver.h"
#include "domain/oauth2/client.h"
#include "domain/policy/policy.h"
#include "domain/rate_limiter.h"
#include "domain/user/registration_step.h"
#include "domain/user/verify_password.h"
#include "plugins/account/site.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/recorded_events.h"

#include <map>
#include <set>

namespace latchkey {
class OutgoingHttp;
}

namespace latchkey::account {

/// A hash is the password itself after "old:" or "new:"; "old:" ones are upgraded.
class FakeHasher final : public PasswordHasher {
public:
    bool enabled() const noexcept override { return on; }
    Hash hash(std::string_view password) override { return {"new:" + std::string(password), 2}; }
    Verification verify(std::string_view password, std::string_view hash, int) override {
        ++verified;
        if (hash.substr(4) != password) return {};
        return {Verdict::match, hash.starts_with("old:") ? std::optional(this->hash(password)) : std::nullopt};
    }
    void pretend(std::string_view) override { ++pretended; }
    bool complexEnough(std::string_view password) const override { return password != "weak"; }
    int strength(std::string_view password) const override { return password == "weak" ? 1 : 4; }

    bool on = true;
    int verified = 0;
    int pretended = 0;
};

class FakeLimiter final : public RateLimiter {
public:
    std::optional<int> take(Bucket bucket, std::string_view key) override {
        taken.emplace_back(bucket, key);
        return full.contains(bucket) ? std::optional(30) : std::nullopt;
    }
    std::vector<std::pair<Bucket, std::string>> taken;
    std::set<Bucket> full;
};

class FakePolicy final : public Policy {
public:
    GrantDecision grant(const GrantRequest& request) override {
        asked.push_back(request.grantType);
        if (broken) throw Error("the policy does not know");
        return decision;
    }
    PolicyViolations registration(const RegistrationRequest& request) override {
        registrations.push_back(request);
        return registrationViolations;
    }
    PolicyViolations email(const EmailRequest&) override { return decision.violations; }
    PolicyViolations clientRegistration(const ClientRegistrationRequest&) override { return {}; }
    PolicyViolations compatLogin(const CompatLoginRequest& request) override {
        asked.push_back(request.loginType + " " + request.redirectUri.value_or("-"));
        return decision.violations;
    }

    PolicyViolations personalToken(const PersonalTokenRequest& request) override {
        if (request.lifetime && personalDays && *request.lifetime > Duration::seconds(*personalDays * 86'400)) {
            return {{.message = "the policy's own words", .code = "lifetime", .field = "expires", .redirectUri = false, .needToRemove = {}}};
        }
        for (const std::string& each : request.scope.tokens()) {
            if (!personalScopes.contains(each)) return {{.message = "not <this>", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
        }
        return {};
    }

    std::set<std::string> personalScopes;
    std::optional<std::int64_t> personalDays;
    GrantDecision decision;
    bool broken = false;
    std::vector<std::string> asked;
    PolicyViolations registrationViolations;
    std::vector<RegistrationRequest> registrations;
};

/// A browser at the pages of a site on a real database: keeps cookies, fills the token of the last form in.
class Browser {
public:
    explicit Browser(contract::World& world);

    http::Response get(const std::string& target);
    http::Response post(const std::string& target, std::vector<std::pair<std::string, std::string>> form);
    /// As another site would.
    http::Response postWithoutToken(const std::string& target, const std::vector<std::pair<std::string, std::string>>& form);
    /// The form's token in the last page.
    const std::string& token() const { return token_; }
    void forget() { cookies_.clear(); }
    /// Another tab: the same cookies, a page of its own.
    void shareCookies(const Browser& other) { cookies_ = other.cookies_; }
    /// With headers of the test's own.
    std::vector<std::pair<std::string, std::string>> extraHeaders;
    std::string cookie(const std::string& name) const { return cookies_.contains(name) ? cookies_.at(name) : std::string(); }
    std::string header(const std::string& name, const http::Response& response) const { return std::string(response.headers.get(name).value_or("")); }

    /// A user with the password "secret", hashed with the older scheme.
    Ulid person(const std::string& name = "alice");
    Client client(const std::string& redirectUri = "https://app.example.com/cb");
    /// As the provider would have made it (ES256).
    std::string idToken(const std::string& clientId, const Ulid& user, const std::string& issuer = "https://auth.example.com/") const;
    http::Response logIn(const std::string& name = "alice", const std::string& query = "") { return post("/login" + query, {{"username", name}, {"password", "secret"}}); }

    contract::World& world;
    Settings settings;
    FakeHasher hasher;
    FakeLimiter limiter;
    FakePolicy policy;
    test::RecordedEvents events;
    AccountMetrics metrics;
    /// A line of /metrics, without its line feed.
    bool counts(const std::string& line) const;
    std::string language;
    Homeserver* homeserver = nullptr;
    OutgoingHttp* outgoing = nullptr;
    /// A step of a plugin becomes part of every registration.
    void takeUp(RegistrationStep& step);
    std::string address = "192.0.2.7";
    std::int64_t idTokenExpiry = 4'000'000'000;

private:
    http::Response send(http::Request request);
    http::Response handle(const http::Request& request);
    http::Response recovery(const Site& site, const http::Request& request);
    http::Response registration(const Site& site, const http::Request& request);

    const Encrypter encrypter_{"9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778"};
    CurrentTheme theme_;
    std::vector<RegistrationStep*> steps_;
    std::map<std::string, std::string> cookies_;
    std::string token_ = "none";
};

/// The value of a parameter in the location of a redirect.
std::string parameterOf(const http::Response& response, const std::string& name);
bool holds(const http::Response& response, const std::string& text);

}  // namespace latchkey::account
