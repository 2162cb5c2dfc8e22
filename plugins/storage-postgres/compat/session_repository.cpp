// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/compat/session_repository.h"

#include "domain/oauth2/scope.h"
#include "domain/oauth2/session_repository.h"
#include "domain/store.h"
#include "plugins/storage-postgres/compat/session_row.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/oauth2/session_repository.h"

namespace latchkey::pg {

constexpr Query kFind{"compat_session.find", "SELECT " LATCHKEY_COMPAT_SESSION_COLUMNS "FROM compat_sessions AS session WHERE session.compat_session_id = $1::uuid"};

std::optional<CompatSession> PgCompatSessionRepository::find(const Ulid& id) {
    return connection_.one(kFind, {id}, [](const Row& row) { return readCompatSession(row); });
}

constexpr Query kAdd{"compat_session.add", R"sql(
    INSERT INTO compat_sessions (compat_session_id, user_id, device_id, user_session_id, created_at, finished_at, is_synapse_admin, user_agent, human_name)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::uuid, )sql" LATCHKEY_INSTANT("$5") ", " LATCHKEY_INSTANT("$6") ", $7::boolean, $8::text, $9::text)"};

void PgCompatSessionRepository::add(const CompatSession& session) {
    connection_.execOne(kAdd, {session.id, session.userId, session.deviceId, session.browserSessionId, session.createdAt, session.finishedAt,
                               session.isSynapseAdmin, session.userAgent, session.humanName});
}

constexpr Query kFinish{"compat_session.finish",
                        "UPDATE compat_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE compat_session_id = $1::uuid AND finished_at IS NULL"};

bool PgCompatSessionRepository::finish(const Ulid& id, Instant now) { return connection_.exec(kFinish, {id, now}) == 1; }

constexpr Query kFinishAllOf{"compat_session.finish_all_of",
                             "UPDATE compat_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE user_id = $1::uuid AND finished_at IS NULL"};

std::int64_t PgCompatSessionRepository::finishAllOf(const Ulid& userId, Instant now) { return connection_.exec(kFinishAllOf, {userId, now}); }

constexpr Query kFinishDevice{"compat_session.finish_device",
                              "UPDATE compat_sessions SET finished_at = " LATCHKEY_INSTANT("$3")
                              " WHERE user_id = $1::uuid AND device_id = $2::text AND finished_at IS NULL RETURNING compat_session_id"};

constexpr Query kOAuthSessionsOfDevice{"compat_session.oauth_sessions_of_device",
                                       "SELECT oauth2_session_id FROM oauth2_sessions WHERE user_id = $1::uuid AND finished_at IS NULL "
                                       "AND scope_list && $2::text[]"};

std::vector<EndedSession> PgCompatSessionRepository::finishDevice(const Ulid& userId, std::string_view deviceId, Instant now) {
    const auto compat = [](const Row& row) { return EndedSession{SessionKind::compat, row.ulid(0)}; };
    auto ended = connection_.all(kFinishDevice, {userId, deviceId, now}, compat);
    const std::string device(deviceId);
    const std::vector<std::string> spellings{std::string(kScopeDeviceStable) + device, std::string(kScopeDeviceUnstable) + device};
    const auto others = connection_.all(kOAuthSessionsOfDevice, {userId, spellings}, [](const Row& row) { return row.ulid(0); });
    PgOAuthSessionRepository oauth(connection_);
    for (const Ulid& id : others) {
        if (oauth.finish(id, now)) ended.push_back({SessionKind::oauth2, id});
    }
    return ended;
}

// Two at once pick the same rows: the second waits, sees them finished, and ends fewer, which its caller notices.
constexpr Query kFinishLeastRecentlyUsed{"compat_session.finish_least_recently_used", R"sql(
    WITH oldest AS (
        SELECT compat_session_id FROM compat_sessions WHERE user_id = $1::uuid AND finished_at IS NULL
         ORDER BY coalesce(last_active_at < )sql" LATCHKEY_INSTANT("$3") R"sql(, false) DESC, last_active_at ASC NULLS FIRST, created_at, compat_session_id
         LIMIT $2::bigint)
    UPDATE compat_sessions AS session SET finished_at = )sql" LATCHKEY_INSTANT("$4") R"sql( FROM oldest
     WHERE session.compat_session_id = oldest.compat_session_id AND finished_at IS NULL)sql"};

std::int64_t PgCompatSessionRepository::finishLeastRecentlyUsed(const Ulid& userId, std::int64_t count, Instant inactiveSince, Instant now) {
    return connection_.exec(kFinishLeastRecentlyUsed, {userId, count, inactiveSince, now});
}

}  // namespace latchkey::pg
