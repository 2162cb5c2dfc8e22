// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "domain/oauth2/device_code_grant.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"
#include "plugins/oauth2/devices.h"
#include "plugins/oauth2/grants/grant.h"
#include "plugins/oauth2/id_token.h"

namespace latchkey::oauth2 {

/// RFC 8628 §3.4.
class DeviceCodeTokenGrant final : public Grant {
public:
    static constexpr Duration kInterval = Duration::seconds(5);

    DeviceCodeTokenGrant(Store& store, const IdTokens& idTokens, const Devices& devices, Duration accessLifetime, Events* events)
        : store_(store), idTokens_(idTokens), devices_(devices), accessLifetime_(accessLifetime), events_(events) {}

    std::string_view type() const override { return "urn:ietf:params:oauth:grant-type:device_code"; }
    bool allows(const Client& client) const override { return client.grantDeviceCode; }
    TokenAnswer exchange(const TokenRequest& request) const override;

private:
    struct Approved {
        DeviceCodeGrant grant;
        BrowserSession by;
        OAuthSession session;  ///< the one that begins
    };
    Approved approved(UnitOfWork& work, const TokenRequest& request) const;
    TokenAnswer handOut(UnitOfWork& work, const TokenRequest& request, const Approved& approved) const;
    DeviceCodeGrant fulfilledGrant(UnitOfWork& work, const TokenRequest& request) const;

    Store& store_;
    const IdTokens& idTokens_;
    const Devices& devices_;
    Duration accessLifetime_;
    Events* events_;
};

}  // namespace latchkey::oauth2
