// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/user_locks.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::test {

/// A homeserver that only takes notes: `upsert alice DEVICE (name)`. `before` runs first in each call that changes something,
/// and may throw. For one thread.
class FakeHomeserver final : public Homeserver {
public:
    std::vector<std::string> calls;
    std::string subject;  ///< of the last user that was provisioned
    std::function<void()> before = [] {};
    std::function<std::optional<HomeserverUser>(const HomeserverCall&)> find = [](const HomeserverCall&) { return std::nullopt; };
    std::function<LocalpartAvailability(std::string_view)> names = [](std::string_view) { return LocalpartAvailability::available; };  ///< may throw

    HomeserverCapabilities capabilities() const override { return {}; }
    void ping(const HomeserverCall&) override {}
    std::optional<HomeserverUser> findUser(std::string_view, const HomeserverCall& call) override { return find(call); }
    LocalpartAvailability availability(std::string_view localpart, const HomeserverCall&) override { return names(localpart); }
    bool provisionUser(const UserProvision& user, const HomeserverCall&) override {
        subject = user.subject;
        return note("provision", user.localpart);
    }
    void deleteUser(std::string_view localpart, bool erase, const HomeserverCall&) override { note(erase ? "erase" : "delete", localpart); }
    void reactivateUser(std::string_view localpart, const HomeserverCall&) override { note("reactivate", localpart); }
    void setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall&) override { note("name", localpart, name.value_or("")); }
    void upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall&) override {
        note("upsert", localpart, std::string(deviceId) + " (" + name.value_or("") + ")");
    }
    void setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall&) override {
        note("rename", localpart, std::string(deviceId) + " (" + std::string(name) + ")");
    }
    void deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall&) override { note("remove", localpart, std::string(deviceId)); }
    void syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall&) override {
        std::string all;
        for (const std::string& each : deviceIds) all += (all.empty() ? "" : " ") + each;
        note("sync", localpart, all);
    }
    void allowCrossSigningReset(std::string_view localpart, const HomeserverCall&) override { note("reset", localpart); }

private:
    bool note(const char* call, std::string_view localpart, const std::string& more = {}) {
        before();
        calls.push_back(std::string(call) + " " + std::string(localpart) + (more.empty() ? "" : " " + more));
        return true;
    }
};

/// Counts who holds one; never waits.
class FakeUserLocks final : public UserLocks {
public:
    int held = 0;
    std::function<void()> beforeRelease = [] {};

    std::unique_ptr<UserLock> acquire(const Ulid&, Duration) override {
        struct Lock final : UserLock {
            explicit Lock(FakeUserLocks& of) : locks(of) { ++locks.held; }
            ~Lock() override {
                locks.beforeRelease();
                --locks.held;
            }
            FakeUserLocks& locks;
        };
        return std::make_unique<Lock>(*this);
    }
};

}  // namespace latchkey::test
