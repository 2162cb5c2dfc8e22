// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/clock.h"
#include "domain/crypto/encrypter.h"
#include "plugins/oauth2/provider.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/recorded_events.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace latchkey::oauth2 {

using Fields = std::vector<std::pair<std::string, std::string>>;

class FakePolicy final : public Policy {
public:
    GrantDecision decision;
    int asked = 0;
    bool keeps = true;
    std::function<void()> before;  ///< called when it is asked
    GrantDecision grant(const GrantRequest&) override {
        ++asked;
        if (before) before();
        return decision;
    }
    bool keepsAdmin(const User*, const Ulid&) const override { return keeps; }
    PolicyViolations registration(const RegistrationRequest&) override { return {}; }
    PolicyViolations email(const EmailRequest&) override { return {}; }
    PolicyViolations clientRegistration(const ClientRegistrationRequest&) override { return {}; }
    PolicyViolations compatLogin(const CompatLoginRequest&) override { return {}; }
};

/// Limits nothing.
class NoLimits final : public RateLimiter {
public:
    std::optional<int> take(Bucket, std::string_view) override { return std::nullopt; }
};

class Recorder final : public ActivityRecorder {
public:
    void record(const Activity& activity) noexcept override {
        const std::lock_guard lock(mutex_);
        records.push_back(activity);
    }
    std::vector<Activity> records;

private:
    std::mutex mutex_;
};

class FixedKeys final : public jose::KeyStore {
public:
    FixedKeys();
    std::shared_ptr<const jose::KeySet> keys() const override { return keys_; }
    void have(std::vector<jose::Key> keys) { keys_ = std::make_shared<jose::KeySet>(std::move(keys)); }

private:
    std::shared_ptr<const jose::KeySet> keys_;
};

struct Made {
    Client client;
    std::string secret;
    Fields credentials() const { return {{"client_id", client.clientId()}, {"client_secret", secret}}; }
};

/// What a person allowed: the text of the code, and its session.
struct Allowed {
    std::string code;
    Ulid session;
};

/// The real provider on a database of its own, called as the surface mounts it.
class ProviderWorld {
public:
    ProviderWorld();

    /// The same database, after a restart.
    void restart(RateLimiter* limiter = nullptr);
    http::Response call(const std::string& method, const std::string& path, const Fields& form = {}, const Fields& headers = {}) const;
    http::Response post(const std::string& path, Fields form, const Fields& credentials = {}) const;
    http::Response token(const Made& client, Fields form) const { return post("/oauth2/token", std::move(form), client.credentials()); }
    http::Response introspect(const std::string& token, const std::string& hint = {}) const;

    /// Of all grants, with client_secret_post, unless `change` makes it another.
    Made client(const std::function<void(Client&)>& change = [](Client&) {});
    Allowed allow(const Made& client, const Ulid& user, const std::string& scope = "openid urn:matrix:client:api:*", const std::function<void(AuthorizationGrant&)>& change = [](AuthorizationGrant&) {});
    Fields exchange(const Allowed& allowed) const { return {{"grant_type", "authorization_code"}, {"code", allowed.code}, {"redirect_uri", kRedirectUri}}; }

    static constexpr char kRedirectUri[] = "https://app.example.com/cb";
    contract::World base;
    FakePolicy policy;
    Policy* otherPolicy = nullptr;  ///< after restart(), instead of that one
    NoLimits noLimits;
    Recorder recorder;
    FixedKeys keys;
    const Encrypter encrypter{std::string(64, 'a')};
    Settings settings;
    Homeserver* homeserver = nullptr;
    UserLocks* userLocks = nullptr;
    WaitingRoom room;
    test::RecordedEvents events;
    std::unique_ptr<Provider> provider;
    std::string clientIp = "192.0.2.7";

private:
    int codes_ = 0;
};

/// A member of a JSON answer as text; "absent" if it is not there.
std::string member(const http::Response& response, const std::string& name);
std::string members(const http::Response& response);  ///< the names, sorted
/// `400 invalid_grant`, or the status alone.
std::string outcome(const http::Response& response);
bool active(const http::Response& response);

}  // namespace latchkey::oauth2

#define LATCHKEY_PROVIDER_WORLD                                                                                      \
public:                                                                                                              \
    void setUp() override {                                                                                          \
        if (::latchkey::test::postgresAvailable()) world_ = std::make_unique<ProviderWorld>();                       \
    }                                                                                                                \
    void tearDown() override { world_.reset(); }                                                                     \
                                                                                                                     \
private:                                                                                                             \
    std::unique_ptr<ProviderWorld> world_;
