// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/session.h"
#include "plugins/storage-postgres/query.h"

namespace latchkey::pg {

// Of oauth2_sessions AS session; as many columns as kSessionColumns says.
#define LATCHKEY_SESSION_COLUMNS                                                                                                      \
    "session.oauth2_session_id, session.oauth2_client_id, session.user_id, session.user_session_id, session.scope_list, "              \
    LATCHKEY_MICROS("session.created_at") ", " LATCHKEY_MICROS("session.finished_at") ", " LATCHKEY_MICROS("session.last_active_at")   \
    ", host(session.last_active_ip), session.user_agent, session.human_name "
inline constexpr int kSessionColumns = 11;

OAuthSession readOAuthSession(const Row& row, int first = 0);

// One more column, for readLifetime: the lifetime that the policy set.
#define LATCHKEY_SESSION_LIFETIME                                                              \
    "(SELECT access_token_lifetime_seconds FROM latchkey_oauth2_sessions AS more "             \
    "WHERE more.oauth2_session_id = session.oauth2_session_id) "

std::optional<Duration> readLifetime(const Row& row, int column);
/// As a parameter.
std::optional<std::int64_t> lifetimeSeconds(const std::optional<Duration>& lifetime);

}  // namespace latchkey::pg
