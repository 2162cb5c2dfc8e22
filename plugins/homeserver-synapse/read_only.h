// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/homeserver-synapse/modern_synapse.h"

namespace latchkey::synapse {

/// `synapse_read_only`: asks, and refuses every change without a request.
class ReadOnlySynapse final : public Homeserver {
public:
    explicit ReadOnlySynapse(HomeserverClient client) : synapse_(std::move(client)) {}

    HomeserverCapabilities capabilities() const override { return {.writes = false, .crossSigningReset = false}; }
    void ping(const HomeserverCall& call) override { synapse_.ping(call); }
    std::optional<HomeserverUser> findUser(std::string_view localpart, const HomeserverCall& call) override { return synapse_.findUser(localpart, call); }
    LocalpartAvailability availability(std::string_view localpart, const HomeserverCall& call) override { return synapse_.availability(localpart, call); }
    bool provisionUser(const UserProvision&, const HomeserverCall&) override { refuse(); }
    void deleteUser(std::string_view, bool, const HomeserverCall&) override { refuse(); }
    void reactivateUser(std::string_view, const HomeserverCall&) override { refuse(); }
    void setDisplayName(std::string_view, const std::optional<std::string>&, const HomeserverCall&) override { refuse(); }
    void upsertDevice(std::string_view, std::string_view, const std::optional<std::string>&, const HomeserverCall&) override { refuse(); }
    void setDeviceName(std::string_view, std::string_view, std::string_view, const HomeserverCall&) override { refuse(); }
    void deleteDevice(std::string_view, std::string_view, const HomeserverCall&) override { refuse(); }
    void syncDevices(std::string_view, const std::vector<std::string>&, const HomeserverCall&) override { refuse(); }
    void allowCrossSigningReset(std::string_view, const HomeserverCall&) override { refuse(); }

private:
    [[noreturn]] static void refuse();
    ModernSynapse synapse_;
};

}  // namespace latchkey::synapse
