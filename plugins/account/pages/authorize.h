// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_request.h"
#include "domain/oauth2/id_token_reader.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/pages/error.h"

namespace latchkey::account {

/// GET and POST /authorize (RFC 6749 §3.1, OpenID Connect Core §3.1.2).
class AuthorizePage {
public:
    AuthorizePage(const Site& site, Policy& policy, const ErrorPage& error, const IdTokenReader& idTokens, const jose::KeyStore& keys)
        : site_(site), approval_(site, policy), error_(error), idTokens_(idTokens), keys_(keys) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

private:
    http::Response answer(Visit& visit, const AuthorizationParameters& given, bool sessionKnown);
    http::Response accept(Visit& visit, const AuthorizationParameters& given, bool sessionKnown);
    AuthorizationRequest parse(const AuthorizationParameters& given) const;
    /// The user whom id_token_hint names; nothing if it is no ID token that this server made for this client.
    std::optional<Ulid> hinted(const AuthorizationRequest& asked) const;
    AuthorizationParameters pushed(const AuthorizationParameters& given) const;
    /// `given` are the parameters as they came, `parameters` those that count.
    PendingGrant remember(const AuthorizationRequest& asked, const AuthorizationParameters& given, AuthorizationParameters parameters,
                          const std::string& language) const;
    http::Response withoutInteraction(Visit& visit, const PendingGrant& pending);

    const Site& site_;
    Approval approval_;
    const ErrorPage& error_;
    const IdTokenReader& idTokens_;
    const jose::KeyStore& keys_;
};

}  // namespace latchkey::account
