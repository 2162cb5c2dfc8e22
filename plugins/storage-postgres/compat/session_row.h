// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/compat/session.h"
#include "plugins/storage-postgres/query.h"

namespace latchkey::pg {

// Of compat_sessions AS session; as many columns as kCompatSessionColumns says.
#define LATCHKEY_COMPAT_SESSION_COLUMNS                                                                                              \
    "session.compat_session_id, session.user_id, session.device_id, session.user_session_id, " LATCHKEY_MICROS("session.created_at") \
    ", " LATCHKEY_MICROS("session.finished_at") ", session.is_synapse_admin, session.user_agent, session.human_name "
inline constexpr int kCompatSessionColumns = 9;

CompatSession readCompatSession(const Row& row, int first = 0);

}  // namespace latchkey::pg
