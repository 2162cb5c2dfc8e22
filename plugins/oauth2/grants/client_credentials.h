// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"
#include "domain/store.h"
#include "plugins/oauth2/grants/grant.h"

namespace latchkey::oauth2 {

/// RFC 6749 §4.4.
class ClientCredentialsGrant final : public Grant {
public:
    ClientCredentialsGrant(Store& store, Policy& policy, Duration accessLifetime) : store_(store), policy_(policy), accessLifetime_(accessLifetime) {}

    std::string_view type() const override { return "client_credentials"; }
    bool allows(const Client& client) const override { return client.grantClientCredentials && !client.isPublic(); }
    TokenAnswer exchange(const TokenRequest& request) const override;

private:
    Store& store_;
    Policy& policy_;
    Duration accessLifetime_;
};

}  // namespace latchkey::oauth2
