// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant.h"
#include "domain/oauth2/client.h"
#include "domain/time.h"
#include "plugins/account/post_auth_action.h"

#include <optional>

namespace latchkey {
struct BrowserSession;
class Store;
}  // namespace latchkey

namespace latchkey::account {

/// An authorization that waits for a person to log in or to consent.
struct PendingGrant {
    AuthorizationGrant grant;
    Client client;
};

/// Nothing if it is gone. It may have been decided already.
std::optional<PendingGrant> findGrant(Store& store, const Ulid& id);
/// The grant that `next` continues; nothing if it continues none, or it is gone or decided.
std::optional<PendingGrant> findPendingGrant(Store& store, const std::optional<PostAuthAction>& next);

/// Whether the request had that word in `prompt`.
bool hasPrompt(const AuthorizationGrant& grant, std::string_view word);
/// The request's `ui_locales`.
std::vector<std::string> uiLocales(const AuthorizationGrant& grant);
/// The log-in page that leads back to the grant.
std::string loginPath(const AuthorizationGrant& grant);
/// Where people begin who are not logged in: the registration, if the request wants it (prompt=create) and there is one, or the log-in.
std::string entryPath(const AuthorizationGrant& grant, bool registration);

/// Whom the request's id_token_hint names. In a grant's parameters it stands as the user's id, once the token was found to be ours.
std::optional<Ulid> hintedUser(const AuthorizationGrant& grant);

/// Whether the grant wants the person of a live session to log in anew (prompt=login, max_age, id_token_hint of somebody else; OpenID
/// Connect Core §3.1.2.1) after having done so last at `lastAuthentication`.
bool wantsLogin(const AuthorizationGrant& grant, const BrowserSession& session, std::optional<Instant> lastAuthentication, Instant now);

/// The same, looked up.
bool wantsLogin(Store& store, const AuthorizationGrant& grant, const BrowserSession& session);

}  // namespace latchkey::account
