// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/compat/compat_surface.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/recorded_events.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

namespace latchkey::compat {

/// A hash is the password itself after "old:" or "new:"; "old:" ones are upgraded.
class PlainHasher final : public PasswordHasher {
public:
    bool enabled() const noexcept override { return on; }
    Hash hash(std::string_view password) override { return {"new:" + std::string(password), 2}; }
    Verification verify(std::string_view password, std::string_view hash, int) override {
        ++hashed;
        if (hash.substr(4) != password) return {};
        return {Verdict::match, hash.starts_with("old:") ? std::optional(this->hash(password)) : std::nullopt};
    }
    void pretend(std::string_view) override { ++hashed; }
    bool complexEnough(std::string_view) const override { return true; }
    int strength(std::string_view) const override { return 4; }

    bool on = true;
    std::atomic<int> hashed = 0;
};

class Limits final : public RateLimiter {
public:
    std::optional<int> take(Bucket, std::string_view) override {
        ++taken;
        return wait;
    }
    std::optional<int> wait;
    std::atomic<int> taken = 0;
};

class Rules final : public Policy {
public:
    GrantDecision grant(const GrantRequest&) override { return {}; }
    PolicyViolations registration(const RegistrationRequest&) override { return {}; }
    PolicyViolations email(const EmailRequest&) override { return {}; }
    PolicyViolations clientRegistration(const ClientRegistrationRequest&) override { return {}; }
    PolicyViolations compatLogin(const CompatLoginRequest& request) override;
    PolicyViolations violations;
    bool lastReplaced = false;
    std::string lastType;

private:
    std::mutex mutex_;
};

class Activities final : public ActivityRecorder {
public:
    void record(const Activity&) noexcept override { ++recorded; }
    std::atomic<int> recorded = 0;
};

/// Takes devices, or fails.
class DeviceServer final : public Homeserver {
public:
    HomeserverCapabilities capabilities() const override { return {}; }
    void ping(const HomeserverCall&) override {}
    std::optional<HomeserverUser> findUser(std::string_view, const HomeserverCall&) override { return std::nullopt; }
    LocalpartAvailability availability(std::string_view, const HomeserverCall&) override { return LocalpartAvailability::available; }
    bool provisionUser(const UserProvision&, const HomeserverCall&) override { return true; }
    void deleteUser(std::string_view, bool, const HomeserverCall&) override {}
    void reactivateUser(std::string_view, const HomeserverCall&) override {}
    void setDisplayName(std::string_view, const std::optional<std::string>&, const HomeserverCall&) override {}
    void upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall&) override;
    void setDeviceName(std::string_view, std::string_view, std::string_view, const HomeserverCall&) override {}
    void deleteDevice(std::string_view, std::string_view, const HomeserverCall&) override {}
    void syncDevices(std::string_view, const std::vector<std::string>&, const HomeserverCall&) override {}
    void allowCrossSigningReset(std::string_view, const HomeserverCall&) override {}

    bool down = false;
    std::vector<std::string> devices;

private:
    std::mutex mutex_;
};

/// The surface on a database of its own, called as the front would.
class CompatWorld {
public:
    CompatWorld();
    http::Response call(const std::string& method, const std::string& path, const std::string& body = {}, const std::string& bearer = {}, const std::string& query = {}) const;
    http::Response send(const std::string& method, const std::string& path, http::Request request) const;
    http::Response logIn(const std::string& more = {}, const std::string& user = "alice", const std::string& password = "secret") const;
    /// With the password "secret", hashed with the older scheme.
    Ulid person(const std::string& name = "alice");
    std::string sql(const std::string& statement) const { return base.sql(statement); }
    std::string jobs() const { return sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"); }

    contract::World base;
    PlainHasher hasher;
    Limits limits;
    Rules policy;
    Activities activity;
    DeviceServer homeserver;
    WaitingRoom room;
    test::RecordedEvents events;
    Settings settings;
    std::unique_ptr<CompatSurface> surface;
    http::Routes routes;
};

std::string member(const http::Response& response, const std::string& name);  ///< as text; "absent" if it is not there
/// `403 M_FORBIDDEN`, or the status alone.
std::string outcome(const http::Response& response);

}  // namespace latchkey::compat

#define LATCHKEY_COMPAT_WORLD                                                                       \
public:                                                                                             \
    void setUp() override {                                                                         \
        if (::latchkey::test::postgresAvailable()) world_ = std::make_unique<CompatWorld>();        \
    }                                                                                               \
    void tearDown() override { world_.reset(); }                                                    \
                                                                                                    \
private:                                                                                            \
    std::unique_ptr<CompatWorld> world_;
