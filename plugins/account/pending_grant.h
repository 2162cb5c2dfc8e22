// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant.h"
#include "domain/oauth2/client.h"
#include "domain/time.h"
#include "plugins/account/post_auth_action.h"

#include <optional>

namespace latchkey {
class Store;
}

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

/// Whether the grant wants the person to log in anew (prompt=login, max_age; OpenID Connect Core §3.1.2.1) after having done so last
/// at `lastAuthentication`.
bool wantsLogin(const AuthorizationGrant& grant, std::optional<Instant> lastAuthentication, Instant now);

/// The same for the grant that `next` continues and a live session.
bool loginRequired(Store& store, const std::optional<PostAuthAction>& next, const Ulid& sessionId);

}  // namespace latchkey::account
