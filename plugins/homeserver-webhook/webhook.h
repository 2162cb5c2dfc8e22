// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver_client.h"

namespace latchkey::config {
class Node;
}

namespace latchkey::webhook {

/// What the receiver says of itself when it is pinged; all of it may be absent.
struct ReceiverInfo {
    std::optional<std::string> serverName;
    std::optional<std::string> introspection;  ///< "ok", or why it does not reach us
};

/// Any homeserver behind the contract of docs/homeserver-webhook.md: one signed POST of JSON per call.
class WebhookHomeserver final : public Homeserver {
public:
    WebhookHomeserver(HomeserverClient client, HomeserverCapabilities capabilities) : client_(std::move(client)), capabilities_(capabilities) {}
    /// Of the client: signs with the secret, and takes answers of 64 KiB.
    static HomeserverClient::Options options(const std::string& endpoint, const std::string& secret);

    ReceiverInfo info(const HomeserverCall& call) const;

    HomeserverCapabilities capabilities() const override { return capabilities_; }
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
    HomeserverAnswer ask(const char* name, const config::Node& body, const HomeserverCall& call) const;
    HomeserverAnswer change(const char* name, const config::Node& body, const HomeserverCall& call) const;
    HomeserverClient client_;
    const HomeserverCapabilities capabilities_;
};

}  // namespace latchkey::webhook
