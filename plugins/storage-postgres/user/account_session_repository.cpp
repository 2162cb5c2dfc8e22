// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/account_session_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/oauth2/finish_sessions.h"

namespace latchkey::pg {

namespace {

// All live sessions of the user $1, in one shape. A condition on `kind` leaves only the tables that it concerns.
#define COMMON(id) \
    "s." id " AS id, " LATCHKEY_MICROS("s.created_at") " AS created, " LATCHKEY_MICROS("s.last_active_at") " AS active, host(s.last_active_ip) AS ip, "
#define EVERY_SESSION                                                                                                                       \
    "(SELECT 'browser' AS kind, " COMMON("user_session_id") "s.user_agent AS agent, NULL::text AS name, NULL::text AS device, "             \
    "'{}'::text[] AS scope, NULL::uuid AS client, NULL::text AS client_name, NULL::text AS client_uri, NULL::bigint AS expires "            \
    "FROM user_sessions AS s WHERE s.user_id = $1::uuid AND s.finished_at IS NULL "                                                         \
    "UNION ALL SELECT 'oauth2', " COMMON("oauth2_session_id") "s.user_agent, s.human_name, NULL, s.scope_list, c.oauth2_client_id, "        \
    "c.client_name, c.client_uri, NULL "                                                                                                   \
    "FROM oauth2_sessions AS s JOIN oauth2_clients AS c USING (oauth2_client_id) WHERE s.user_id = $1::uuid AND s.finished_at IS NULL "     \
    "UNION ALL SELECT 'compat', " COMMON("compat_session_id") "s.user_agent, s.human_name, s.device_id, '{}', NULL, NULL, NULL, NULL "      \
    "FROM compat_sessions AS s WHERE s.user_id = $1::uuid AND s.finished_at IS NULL "                                                       \
    "UNION ALL SELECT 'personal', " COMMON("personal_session_id") "NULL, s.human_name, NULL, s.scope_list, NULL, NULL, NULL, "              \
    LATCHKEY_MICROS("t.expires_at") " FROM personal_sessions AS s LEFT JOIN personal_access_tokens AS t "                                   \
    "ON t.personal_session_id = s.personal_session_id AND t.revoked_at IS NULL "                                                            \
    "WHERE s.actor_user_id = $1::uuid AND s.revoked_at IS NULL) AS every"

AccountSession readSession(const Row& row) {
    const auto kind = sessionKindOf(row.view(0));
    if (!kind) throw StorageInconsistent("account_session: a kind of session that there is not");
    return {.kind = *kind,
            .id = row.ulid(1),
            .createdAt = row.instant(2),
            .lastActiveAt = row.optionalInstant(3),
            .lastActiveIp = row.optionalText(4),
            .userAgent = row.optionalText(5),
            .humanName = row.optionalText(6),
            .deviceId = row.optionalText(7),
            .scope = Scope(row.texts(8)),
            .clientId = row.optionalUlid(9),
            .clientName = row.optionalText(10),
            .clientUri = row.optionalText(11),
            .expiresAt = row.optionalInstant(12)};
}

std::int64_t readCount(const Row& row) { return row.int64(0); }

}  // namespace

constexpr Query kPage{"account_session.page",
                      "SELECT * FROM " EVERY_SESSION " WHERE ($2::text IS NULL OR kind = $2::text) AND ($3::uuid IS NULL OR id < $3::uuid) "
                      "AND ($4::text IS NULL OR strpos(lower(concat_ws(' ', name, client_name, client_uri, agent, device, ip, array_to_string(scope, ' '))), lower($4::text)) > 0) "
                      "ORDER BY id DESC LIMIT $5::bigint"};

std::vector<AccountSession> PgAccountSessionRepository::page(const Ulid& userId, const AccountSessionSearch& search) {
    const Param kind = search.kind ? Param(nameOf(*search.kind)) : Param(nullptr);
    const Param text = search.text.empty() ? Param(nullptr) : Param(search.text);
    return connection_.all(kPage, {userId, kind, search.before, text, search.most}, readSession);
}

constexpr Query kFind{"account_session.find", "SELECT * FROM " EVERY_SESSION " WHERE kind = $2::text AND id = $3::uuid"};

std::optional<AccountSession> PgAccountSessionRepository::find(const Ulid& userId, SessionKind kind, const Ulid& id) {
    return connection_.one(kFind, {userId, nameOf(kind), id}, readSession);
}

constexpr Query kFindDevice{"account_session.find_device",
                            "SELECT * FROM " EVERY_SESSION " WHERE device = $2::text OR scope && $3::text[] ORDER BY kind <> 'compat', id DESC LIMIT 1"};

std::optional<AccountSession> PgAccountSessionRepository::findDevice(const Ulid& userId, std::string_view deviceId) {
    const std::string device(deviceId);
    const std::vector<std::string> spellings{std::string(kScopeDeviceStable) + device, std::string(kScopeDeviceUnstable) + device};
    return connection_.one(kFindDevice, {userId, deviceId, spellings}, readSession);
}

constexpr Query kCount{"account_session.count", "SELECT count(*) FROM " EVERY_SESSION};

std::int64_t PgAccountSessionRepository::count(const Ulid& userId) { return connection_.one(kCount, {userId}, readCount).value_or(0); }

#define RENAME(table, id, user, end) \
    "UPDATE " table " SET human_name = $3::text WHERE " user " = $1::uuid AND " id " = $2::uuid AND " end " IS NULL"
constexpr Query kRenameOAuth{"account_session.rename_oauth2", RENAME("oauth2_sessions", "oauth2_session_id", "user_id", "finished_at")};
constexpr Query kRenameCompat{"account_session.rename_compat", RENAME("compat_sessions", "compat_session_id", "user_id", "finished_at")};
constexpr Query kRenamePersonal{"account_session.rename_personal", RENAME("personal_sessions", "personal_session_id", "actor_user_id", "revoked_at")};

bool PgAccountSessionRepository::rename(const Ulid& userId, SessionKind kind, const Ulid& id, std::string_view name) {
    if (kind == SessionKind::browser) return false;
    const Query& query = kind == SessionKind::oauth2 ? kRenameOAuth : kind == SessionKind::compat ? kRenameCompat : kRenamePersonal;
    return connection_.exec(query, {userId, id, name}) == 1;
}

// Of user $1 at $2; each gives how many it ended. $3: the one session, or the browser session that stays.
#define FINISH(table, which) \
    "WITH ended AS (UPDATE " table " SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE user_id = $1::uuid AND " which                   \
    " AND finished_at IS NULL RETURNING 1) SELECT count(*) FROM ended"
#define REVOKE_PERSONAL(which)                                                                                                           \
    "WITH ended AS (UPDATE personal_sessions SET revoked_at = " LATCHKEY_INSTANT("$2") " WHERE actor_user_id = $1::uuid AND " which       \
    " AND revoked_at IS NULL RETURNING personal_session_id), "                                                                           \
    "tokens AS (UPDATE personal_access_tokens AS token SET revoked_at = " LATCHKEY_INSTANT("$2") " FROM ended "                          \
    "WHERE token.personal_session_id = ended.personal_session_id AND revoked_at IS NULL) SELECT count(*) FROM ended"

constexpr Query kEndBrowser{"account_session.end_browser", FINISH("user_sessions", "user_session_id = $3::uuid")};
constexpr Query kEndOAuth{"account_session.end_oauth2", LATCHKEY_FINISH_OAUTH_SESSIONS("user_id = $1::uuid AND oauth2_session_id = $3::uuid")};
constexpr Query kEndCompat{"account_session.end_compat", FINISH("compat_sessions", "compat_session_id = $3::uuid")};
constexpr Query kEndPersonal{"account_session.end_personal", REVOKE_PERSONAL("personal_session_id = $3::uuid")};

bool PgAccountSessionRepository::end(const Ulid& userId, SessionKind kind, const Ulid& id, Instant now) {
    const Query* query = nullptr;
    switch (kind) {
    case SessionKind::browser: query = &kEndBrowser; break;
    case SessionKind::oauth2: query = &kEndOAuth; break;
    case SessionKind::compat: query = &kEndCompat; break;
    case SessionKind::personal: query = &kEndPersonal; break;
    }
    return connection_.one(*query, {userId, now, id}, readCount) == 1;
}

constexpr Query kEndBrowsersBut{"account_session.end_browsers_but", FINISH("user_sessions", "user_session_id <> $3::uuid")};
constexpr Query kEndAllOAuth{"account_session.end_all_oauth2", LATCHKEY_FINISH_OAUTH_SESSIONS("user_id = $1::uuid")};
constexpr Query kEndAllCompat{"account_session.end_all_compat", FINISH("compat_sessions", "true")};
constexpr Query kEndOwnPersonal{"account_session.end_own_personal", REVOKE_PERSONAL("owner_user_id = $1::uuid")};

std::int64_t PgAccountSessionRepository::endOthers(const Ulid& userId, const Ulid& browserSessionId, Instant now) {
    std::int64_t ended = connection_.one(kEndBrowsersBut, {userId, now, browserSessionId}, readCount).value_or(0);
    for (const Query* query : {&kEndAllOAuth, &kEndAllCompat, &kEndOwnPersonal}) ended += connection_.one(*query, {userId, now}, readCount).value_or(0);
    return ended;
}

constexpr Query kClients{"account_session.clients",
                         "SELECT c.oauth2_client_id, c.client_name, c.client_uri, count(*), " LATCHKEY_MICROS("min(s.created_at)") ", "
                         LATCHKEY_MICROS("max(s.last_active_at)")
                         " FROM oauth2_sessions AS s JOIN oauth2_clients AS c USING (oauth2_client_id) "
                         "WHERE s.user_id = $1::uuid AND s.finished_at IS NULL AND ($2::uuid IS NULL OR c.oauth2_client_id < $2::uuid) "
                         "GROUP BY c.oauth2_client_id ORDER BY c.oauth2_client_id DESC LIMIT $3::bigint"};

std::vector<ConnectedClient> PgAccountSessionRepository::clients(const Ulid& userId, const std::optional<Ulid>& before, int most) {
    return connection_.all(kClients, {userId, before, most}, [](const Row& row) {
        return ConnectedClient{.id = row.ulid(0),
                               .name = row.optionalText(1),
                               .uri = row.optionalText(2),
                               .sessions = row.int64(3),
                               .since = row.instant(4),
                               .lastActiveAt = row.optionalInstant(5)};
    });
}

constexpr Query kEndClient{"account_session.end_client", LATCHKEY_FINISH_OAUTH_SESSIONS("user_id = $1::uuid AND oauth2_client_id = $3::uuid")};
constexpr Query kForgetConsent{"account_session.forget_consent", "DELETE FROM latchkey_consents WHERE user_id = $1::uuid AND oauth2_client_id = $2::uuid"};

std::int64_t PgAccountSessionRepository::endClient(const Ulid& userId, const Ulid& clientId, Instant now) {
    connection_.exec(kForgetConsent, {userId, clientId});
    return connection_.one(kEndClient, {userId, now, clientId}, readCount).value_or(0);
}

}  // namespace latchkey::pg
