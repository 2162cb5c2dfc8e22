// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver_client.h"
#include "plugins/homeserver-synapse/calls.h"

#include <set>

namespace latchkey::synapse {

/// Synapse up to 1.156 with `experimental_features.msc3861`, by its admin API; the secret is its `admin_token`. Whether a user is locked
/// cannot be said to it.
class LegacySynapse final : public Homeserver {
public:
    LegacySynapse(HomeserverClient client, std::string serverName) : client_(std::move(client)), serverName_(std::move(serverName)) {}

    HomeserverCapabilities capabilities() const override { return {.writes = true, .crossSigningReset = true}; }
    void ping(const HomeserverCall& call) override;
    std::optional<HomeserverUser> findUser(std::string_view localpart, const HomeserverCall& call) override;
    LocalpartAvailability availability(std::string_view localpart, const HomeserverCall& call) override;
    bool provisionUser(const UserProvision& user, const HomeserverCall& call) override;
    void deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) override;
    void reactivateUser(std::string_view localpart, const HomeserverCall& call) override;
    void setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) override;
    void upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) override;
    void setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) override;
    void deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) override;
    void syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) override;
    void allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) override;

private:
    std::string mxid(std::string_view localpart) const;            ///< percent-encoded
    std::string userPath(std::string_view localpart) const;
    std::set<std::string> devices(std::string_view localpart, const HomeserverCall& call) const;  ///< without the dehydrated one
    void addDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) const;

    HomeserverClient client_;
    const std::string serverName_;
};

}  // namespace latchkey::synapse
