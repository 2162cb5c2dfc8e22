// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/browser_session_repository.h"

#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

namespace {

BrowserSession readSession(const Row& row) {
    return {.id = row.ulid(0),
            .user = readUser(row, 6),
            .createdAt = row.instant(1),
            .finishedAt = row.optionalInstant(2),
            .userAgent = row.optionalText(3),
            .lastActiveAt = row.optionalInstant(4),
            .lastActiveIp = row.optionalText(5)};
}

}  // namespace

constexpr Query kFind{"browser_session.find",
                      "SELECT s.user_session_id, " LATCHKEY_MICROS("s.created_at") ", " LATCHKEY_MICROS("s.finished_at") ", s.user_agent, "
                      LATCHKEY_MICROS("s.last_active_at") ", host(s.last_active_ip), " LATCHKEY_USER_COLUMNS("users.")
                      "FROM user_sessions AS s JOIN users ON users.user_id = s.user_id WHERE s.user_session_id = $1::uuid"};

std::optional<BrowserSession> PgBrowserSessionRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readSession); }

constexpr Query kAdd{"browser_session.add", "INSERT INTO user_sessions (user_session_id, user_id, user_agent, created_at) "
                                            "VALUES ($1::uuid, $2::uuid, $3::text, " LATCHKEY_INSTANT("$4") ")"};

void PgBrowserSessionRepository::add(const Ulid& id, const Ulid& userId, const std::optional<std::string>& userAgent, Instant now) {
    connection_.execOne(kAdd, {id, userId, userAgent, now});
}

constexpr Query kFinish{"browser_session.finish",
                        "UPDATE user_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE user_session_id = $1::uuid AND finished_at IS NULL"};

bool PgBrowserSessionRepository::finish(const Ulid& id, Instant now) { return connection_.exec(kFinish, {id, now}) == 1; }

constexpr Query kFinishAllOf{"browser_session.finish_all_of",
                             "UPDATE user_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE user_id = $1::uuid AND finished_at IS NULL"};

std::int64_t PgBrowserSessionRepository::finishAllOf(const Ulid& userId, Instant now) { return connection_.exec(kFinishAllOf, {userId, now}); }

constexpr Query kAuthenticatedByPassword{"browser_session.authenticated_by_password", R"sql(
    INSERT INTO user_session_authentications (user_session_authentication_id, user_session_id, user_password_id, created_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, )sql" LATCHKEY_INSTANT("$4") ")"};

void PgBrowserSessionRepository::authenticatedByPassword(const Ulid& authenticationId, const Ulid& sessionId, const Ulid& passwordId, Instant now) {
    connection_.execOne(kAuthenticatedByPassword, {authenticationId, sessionId, passwordId, now});
}

constexpr Query kLastAuthentication{"browser_session.last_authentication",
                                    "SELECT " LATCHKEY_MICROS("max(created_at)") " FROM user_session_authentications WHERE user_session_id = $1::uuid"};

std::optional<Instant> PgBrowserSessionRepository::lastAuthentication(const Ulid& sessionId) {
    const auto latest = connection_.one(kLastAuthentication, {sessionId}, [](const Row& row) { return row.optionalInstant(0); });
    return latest.value_or(std::nullopt);
}

}  // namespace latchkey::pg
