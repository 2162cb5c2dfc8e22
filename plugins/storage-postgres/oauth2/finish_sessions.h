// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/query.h"

// A statement that ends OAuth sessions; `which` says which ones. Tokens go with their sessions: revoked, unless they were used up
// before. $2: now. Its one row says how many sessions there were.
#define LATCHKEY_FINISH_OAUTH_SESSIONS(which)                                                                                            \
    "WITH ended AS (UPDATE oauth2_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE " which                                    \
    " AND finished_at IS NULL RETURNING oauth2_session_id), "                                                                            \
    "access AS (UPDATE oauth2_access_tokens AS token SET revoked_at = " LATCHKEY_INSTANT("$2") " FROM ended "                            \
    "WHERE token.oauth2_session_id = ended.oauth2_session_id AND revoked_at IS NULL), "                                                  \
    "refresh AS (UPDATE oauth2_refresh_tokens AS token SET revoked_at = " LATCHKEY_INSTANT("$2") " FROM ended "                          \
    "WHERE token.oauth2_session_id = ended.oauth2_session_id AND revoked_at IS NULL AND consumed_at IS NULL) "                           \
    "SELECT count(*) FROM ended"
