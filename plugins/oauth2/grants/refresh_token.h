// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/event_sink.h"
#include "domain/oauth2/token.h"
#include "domain/policy/policy.h"
#include "domain/store.h"
#include "plugins/oauth2/grants/grant.h"

namespace latchkey::oauth2 {

/// RFC 6749 §6, with rotation (RFC 9700 §4.14.2): a refresh token works once. Its successors are derived from it, so whoever asks again
/// because an answer was lost, or fifty times at once, gets the same pair as long as nobody has used it. A token that is presented
/// after its successor was used has been stolen from somebody: the session ends. What is allowed to
/// administrators is asked again each time.
class RefreshTokenGrant final : public Grant {
public:
    RefreshTokenGrant(Store& store, const Encrypter& encrypter, Policy& policy, Duration accessLifetime, Events* events)
        : store_(store), encrypter_(encrypter), policy_(policy), accessLifetime_(accessLifetime), events_(events) {}

    std::string_view type() const override { return "refresh_token"; }
    bool allows(const Client& client) const override { return client.grantRefreshToken; }
    TokenAnswer exchange(const TokenRequest& request) const override;

private:
    struct Pair {
        std::string access;
        std::string refresh;
    };
    Duration lifetimeOf(const OAuthSession& session) const { return session.accessTokenLifetime.value_or(accessLifetime_); }
    Pair successorOf(const std::string& token) const;
    RefreshTokenDetails presented(UnitOfWork& work, const TokenRequest& request, const std::string& token) const;
    void requireStillAllowed(const TokenRequest& request, const RefreshTokenDetails& details) const;
    std::optional<TokenAnswer> rotate(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const std::string& token) const;
    TokenAnswer again(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const std::string& token) const;
    TokenAnswer replace(UnitOfWork& work, const TokenRequest& request, const RefreshTokenDetails& details, const RefreshToken& next) const;

    Store& store_;
    const Encrypter& encrypter_;
    Policy& policy_;
    Duration accessLifetime_;
    Events* events_;
};

}  // namespace latchkey::oauth2
