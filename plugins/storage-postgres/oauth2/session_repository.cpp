// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/session_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/inet.h"
#include "plugins/storage-postgres/oauth2/finish_sessions.h"
#include "plugins/storage-postgres/oauth2/session_row.h"

namespace latchkey::pg {

namespace {

OAuthSession readWithLifetime(const Row& row) {
    OAuthSession session = readOAuthSession(row);
    session.accessTokenLifetime = readLifetime(row, kSessionColumns);
    return session;
}

std::int64_t readCount(const Row& row) { return row.int64(0); }

}  // namespace

constexpr Query kFind{"oauth2_session.find", "SELECT " LATCHKEY_SESSION_COLUMNS ", " LATCHKEY_SESSION_LIFETIME "FROM oauth2_sessions AS session WHERE session.oauth2_session_id = $1::uuid"};

std::optional<OAuthSession> PgOAuthSessionRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readWithLifetime); }

constexpr Query kAdd{"oauth2_session.add", R"sql(
    WITH added AS (
        INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, user_id, user_session_id, scope_list, created_at, finished_at, last_active_at,
                                     last_active_ip, user_agent, human_name)
        VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text[], )sql"
    LATCHKEY_INSTANT("$6") ", " LATCHKEY_INSTANT("$7") ", " LATCHKEY_INSTANT("$8") R"sql(, $9::inet, $10::text, $11::text)
        RETURNING oauth2_session_id)
    INSERT INTO latchkey_oauth2_sessions (oauth2_session_id, access_token_lifetime_seconds)
    SELECT oauth2_session_id, $12::bigint FROM added WHERE $12::bigint IS NOT NULL)sql"};

void PgOAuthSessionRepository::add(const OAuthSession& session) {
    connection_.exec(kAdd, {session.id, session.clientId, session.userId, session.browserSessionId, session.scope.tokens(), session.createdAt,
                            session.finishedAt, session.lastActiveAt, inetOrNothing(session.lastActiveIp), session.userAgent, session.humanName,
                            lifetimeSeconds(session.accessTokenLifetime)});
}

constexpr Query kFinish{"oauth2_session.finish", LATCHKEY_FINISH_OAUTH_SESSIONS("oauth2_session_id = $1::uuid")};

bool PgOAuthSessionRepository::finish(const Ulid& id, Instant now) { return connection_.one(kFinish, {id, now}, readCount) == 1; }

constexpr Query kFinishAllOf{"oauth2_session.finish_all_of", LATCHKEY_FINISH_OAUTH_SESSIONS("user_id = $1::uuid")};

std::int64_t PgOAuthSessionRepository::finishAllOf(const Ulid& userId, Instant now) { return connection_.one(kFinishAllOf, {userId, now}, readCount).value_or(0); }

// Nothing is written for a client that says the same as last time.
constexpr Query kRecordUserAgent{"oauth2_session.record_user_agent",
                                 "UPDATE oauth2_sessions SET user_agent = $2::text WHERE oauth2_session_id = $1::uuid AND user_agent IS DISTINCT FROM $2::text"};

void PgOAuthSessionRepository::recordUserAgent(const Ulid& id, std::string_view userAgent) { connection_.exec(kRecordUserAgent, {id, userAgent}); }

constexpr Query kStartedFrom{"oauth2_session.started_from",
                             "SELECT EXISTS (SELECT FROM oauth2_sessions WHERE user_session_id = $1::uuid AND oauth2_client_id = $2::uuid)"};

bool PgOAuthSessionRepository::startedFrom(const Ulid& browserSessionId, const Ulid& clientId) {
    return connection_.one(kStartedFrom, {browserSessionId, clientId}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

constexpr Query kCountActiveOf{"oauth2_session.count_active_of", R"sql(
    SELECT (SELECT count(*) FROM oauth2_sessions WHERE user_id = $1::uuid AND finished_at IS NULL),
           (SELECT count(*) FROM compat_sessions WHERE user_id = $1::uuid AND finished_at IS NULL),
           (SELECT count(*) FROM personal_sessions WHERE owner_user_id = $1::uuid AND actor_user_id = $1::uuid AND revoked_at IS NULL))sql"};

SessionCounts PgOAuthSessionRepository::countActiveOf(const Ulid& userId) {
    const auto counts = connection_.one(kCountActiveOf, {userId}, [](const Row& row) {
        return SessionCounts{.oauth2 = row.int64(0), .compat = row.int64(1), .personal = row.int64(2)};
    });
    if (!counts) throw StorageInconsistent("oauth2_session.count_active_of: no row came back");
    return *counts;
}

constexpr Query kConsented{"consent.find", "SELECT scope_list FROM latchkey_consents WHERE user_id = $1::uuid AND oauth2_client_id = $2::uuid"};

Scope PgOAuthSessionRepository::consented(const Ulid& userId, const Ulid& clientId) {
    return connection_.one(kConsented, {userId, clientId}, [](const Row& row) { return Scope(row.texts(0)); }).value_or(Scope());
}

constexpr Query kRememberConsent{"consent.remember", R"sql(
    INSERT INTO latchkey_consents AS known (user_id, oauth2_client_id, scope_list, created_at, updated_at)
    SELECT $1::uuid, $2::uuid, $3::text[], now, now FROM (SELECT )sql" LATCHKEY_INSTANT("$4") R"sql( AS now) AS at
        ON CONFLICT (user_id, oauth2_client_id) DO UPDATE
       SET scope_list = ARRAY(SELECT DISTINCT token COLLATE "C" FROM unnest(known.scope_list || excluded.scope_list) AS token ORDER BY 1),
           updated_at = excluded.updated_at)sql"};

void PgOAuthSessionRepository::rememberConsent(const Ulid& userId, const Ulid& clientId, const Scope& scope, Instant now) {
    connection_.execOne(kRememberConsent, {userId, clientId, scope.tokens(), now});
}

}  // namespace latchkey::pg
