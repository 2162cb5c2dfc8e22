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

}  // namespace latchkey::pg
