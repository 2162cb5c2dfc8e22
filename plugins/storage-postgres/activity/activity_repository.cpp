// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/activity/activity_repository.h"

#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/inet.h"

namespace latchkey::pg {

namespace {

// One row per session: the latest time and the latest address known. Rows are locked in the order of their ids, so that two flushes
// cannot deadlock; a session that is gone matches nothing. $1 uuid[], $2 microseconds[], $3 text[] with '' for no address.
#define WRITE(name, table, id)                                                                                                         \
    Query {                                                                                                                            \
        name, "WITH given AS (SELECT id, max(at) AS at, (array_agg(ip ORDER BY at DESC) FILTER (WHERE ip <> ''))[1]::inet AS ip "      \
              "FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS each (id, at, ip) GROUP BY id), "                                  \
              "locked AS MATERIALIZED (SELECT " id " AS id FROM " table " WHERE " id " IN (SELECT id FROM given) ORDER BY " id         \
              " FOR NO KEY UPDATE) "                                                                                                   \
              "UPDATE " table " AS session SET last_active_at = greatest(session.last_active_at, " LATCHKEY_INSTANT("given.at") "), "  \
              "last_active_ip = CASE WHEN session.last_active_at > " LATCHKEY_INSTANT("given.at") " THEN session.last_active_ip "      \
              "ELSE coalesce(given.ip, session.last_active_ip) END "                                                                   \
              "FROM locked JOIN given USING (id) WHERE session." id " = locked.id"                                                     \
    }

constexpr Query kWriteBrowser = WRITE("activity.write_browser", "user_sessions", "user_session_id");
constexpr Query kWriteOAuth2 = WRITE("activity.write_oauth2", "oauth2_sessions", "oauth2_session_id");
constexpr Query kWriteCompat = WRITE("activity.write_compat", "compat_sessions", "compat_session_id");
constexpr Query kWritePersonal = WRITE("activity.write_personal", "personal_sessions", "personal_session_id");

const Query& queryOf(SessionKind kind) {
    switch (kind) {
        case SessionKind::browser: return kWriteBrowser;
        case SessionKind::oauth2: return kWriteOAuth2;
        case SessionKind::compat: return kWriteCompat;
        case SessionKind::personal: break;
    }
    return kWritePersonal;
}

}  // namespace

void PgActivityRepository::write(const std::vector<Activity>& activities) {
    for (const SessionKind kind : {SessionKind::browser, SessionKind::oauth2, SessionKind::compat, SessionKind::personal}) {
        std::vector<std::string> ids;
        std::vector<std::string> times;
        std::vector<std::string> addresses;
        for (const Activity& each : activities) {
            if (each.kind != kind) continue;
            ids.push_back(each.sessionId.uuid());
            times.push_back(std::to_string(each.at.us));
            addresses.push_back(inetOrNothing(each.ip).value_or(""));
        }
        if (!ids.empty()) connection_.exec(queryOf(kind), {ids, times, addresses});
    }
}

}  // namespace latchkey::pg
