// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"

#include <string>
#include <vector>

namespace latchkey::homeserver {

/// Writes down what it is asked, and fails if it is told to.
class RecordingHomeserver : public Homeserver {
public:
    std::vector<std::string> calls;
    std::optional<HomeserverError::Reason> failure;
    bool knowsUsers = true;  ///< else devices are refused until somebody is provisioned
    LocalpartAvailability answer = LocalpartAvailability::available;

    HomeserverCapabilities capabilities() const override { return {}; }
    void ping(const HomeserverCall&) override { note("ping"); }
    std::optional<HomeserverUser> findUser(std::string_view l, const HomeserverCall&) override {
        note("find " + std::string(l));
        return std::nullopt;
    }
    LocalpartAvailability availability(std::string_view l, const HomeserverCall&) override {
        note("availability " + std::string(l));
        return answer;
    }
    bool provisionUser(const UserProvision& user, const HomeserverCall&) override {
        note("provision " + user.localpart);
        knowsUsers = true;
        return true;
    }
    void deleteUser(std::string_view l, bool erase, const HomeserverCall&) override { note("delete " + std::string(l) + (erase ? " erase" : "")); }
    void reactivateUser(std::string_view l, const HomeserverCall&) override { note("reactivate " + std::string(l)); }
    void setDisplayName(std::string_view l, const std::optional<std::string>& n, const HomeserverCall&) override { note("name " + std::string(l) + ' ' + n.value_or("-")); }
    void upsertDevice(std::string_view l, std::string_view d, const std::optional<std::string>& n, const HomeserverCall&) override {
        if (!knowsUsers) throw HomeserverError("no such user", HomeserverError::Reason::notFound);
        note("upsert " + std::string(l) + ' ' + std::string(d) + ' ' + n.value_or("-"));
    }
    void setDeviceName(std::string_view l, std::string_view d, std::string_view n, const HomeserverCall&) override { note("device " + std::string(l) + ' ' + std::string(d) + ' ' + std::string(n)); }
    void deleteDevice(std::string_view l, std::string_view d, const HomeserverCall&) override { note("drop " + std::string(l) + ' ' + std::string(d)); }
    void syncDevices(std::string_view l, const std::vector<std::string>& d, const HomeserverCall&) override { note("sync " + std::string(l) + ' ' + std::to_string(d.size())); }
    void allowCrossSigningReset(std::string_view l, const HomeserverCall&) override { note("reset " + std::string(l)); }

private:
    void note(const std::string& call) {
        calls.push_back(call);
        if (failure) throw HomeserverError("told to fail", *failure);
    }
};

}  // namespace latchkey::homeserver
