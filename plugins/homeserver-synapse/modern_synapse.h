// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver_client.h"
#include "plugins/homeserver-synapse/calls.h"

namespace latchkey::synapse {

/// Synapse since 1.136, with `matrix_authentication_service` enabled: the interface `/_synapse/mas/`.
class ModernSynapse final : public Homeserver {
public:
    explicit ModernSynapse(HomeserverClient client) : client_(std::move(client)) {}

    HomeserverCapabilities capabilities() const override { return {}; }
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
    HomeserverAnswer get(const char* name, std::string_view query, const HomeserverCall& call) const;
    HomeserverAnswer post(const char* name, const Json& body, const HomeserverCall& call) const;
    HomeserverClient client_;
};

}  // namespace latchkey::synapse
