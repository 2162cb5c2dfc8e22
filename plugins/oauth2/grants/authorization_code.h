// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "domain/oauth2/authorization_grant.h"
#include "domain/store.h"
#include "plugins/oauth2/devices.h"
#include "plugins/oauth2/grants/grant.h"
#include "plugins/oauth2/id_token.h"

namespace latchkey::oauth2 {

/// RFC 6749 §4.1.3, with PKCE (RFC 7636 §4.6).
class AuthorizationCodeGrant final : public Grant {
public:
    AuthorizationCodeGrant(Store& store, const IdTokens& idTokens, const Devices& devices, Duration accessLifetime, Events* events)
        : store_(store), idTokens_(idTokens), devices_(devices), accessLifetime_(accessLifetime), events_(events) {}

    std::string_view type() const override { return "authorization_code"; }
    bool allows(const Client& client) const override { return client.grantAuthorizationCode; }
    TokenAnswer exchange(const TokenRequest& request) const override;

private:
    /// What a code stands for, if it and all of the request are good.
    struct Approved {
        AuthorizationGrant grant;
        OAuthSession session;
        User user;
    };
    Approved approved(UnitOfWork& work, const TokenRequest& request, const std::string& code) const;
    TokenAnswer handOut(UnitOfWork& work, const TokenRequest& request, const std::string& code, const Approved& approved) const;
    AuthorizationGrant fulfilledGrant(UnitOfWork& work, const TokenRequest& request, const std::string& code) const;
    [[noreturn]] void replayed(UnitOfWork& work, const AuthorizationGrant& grant, const TokenRequest& request) const;

    Store& store_;
    const IdTokens& idTokens_;
    const Devices& devices_;
    Duration accessLifetime_;
    Events* events_;
};

}  // namespace latchkey::oauth2
