// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/compat/token_repository.h"

#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/compat/session_row.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/token_text.h"
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

namespace {

#define ACCESS_COLUMNS \
    "token.compat_access_token_id, token.compat_session_id, " LATCHKEY_MICROS("token.created_at") ", " LATCHKEY_MICROS("token.expires_at") ", "
constexpr int kAccessColumns = 4;

#define REFRESH_COLUMNS                                                                            \
    "token.compat_refresh_token_id, token.compat_session_id, token.compat_access_token_id, "      \
    LATCHKEY_MICROS("token.created_at") ", " LATCHKEY_MICROS("token.consumed_at") ", "
constexpr int kRefreshColumns = 5;

#define WITH_SESSION_AND_USER                                                                     \
    " JOIN compat_sessions AS session ON session.compat_session_id = token.compat_session_id "    \
    "JOIN users ON users.user_id = session.user_id "

CompatAccessDetails readAccess(const Row& row) {
    return {.token = {.id = row.ulid(0), .sessionId = row.ulid(1), .createdAt = row.instant(2), .expiresAt = row.optionalInstant(3)},
            .session = readCompatSession(row, kAccessColumns),
            .user = readUser(row, kAccessColumns + kCompatSessionColumns)};
}

CompatRefreshDetails readRefresh(const Row& row) {
    return {.token = {.id = row.ulid(0), .sessionId = row.ulid(1), .accessTokenId = row.ulid(2), .createdAt = row.instant(3), .consumedAt = row.optionalInstant(4)},
            .session = readCompatSession(row, kRefreshColumns),
            .user = readUser(row, kRefreshColumns + kCompatSessionColumns)};
}

}  // namespace

constexpr Query kFindAccess{"compat_access_token.find_by_text",
                            "SELECT " ACCESS_COLUMNS LATCHKEY_COMPAT_SESSION_COLUMNS ", " LATCHKEY_USER_COLUMNS("users.")
                            "FROM compat_access_tokens AS token" WITH_SESSION_AND_USER
                            "WHERE token.access_token = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<CompatAccessDetails> PgCompatTokenRepository::findAccess(std::string_view token) {
    if (!presentable(token)) return std::nullopt;
    return connection_.one(kFindAccess, {token, tokenDigest(token)}, readAccess);
}

constexpr Query kFindRefresh{"compat_refresh_token.find_by_text",
                             "SELECT " REFRESH_COLUMNS LATCHKEY_COMPAT_SESSION_COLUMNS ", " LATCHKEY_USER_COLUMNS("users.")
                             "FROM compat_refresh_tokens AS token" WITH_SESSION_AND_USER
                             "WHERE token.refresh_token = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<CompatRefreshDetails> PgCompatTokenRepository::findRefresh(std::string_view token) {
    if (!presentable(token)) return std::nullopt;
    return connection_.one(kFindRefresh, {token, tokenDigest(token)}, readRefresh);
}

constexpr Query kAddAccess{"compat_access_token.add", R"sql(
    INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at, expires_at)
    VALUES ($1::uuid, $2::uuid, )sql" LATCHKEY_STORED_TEXT("$3", "$4") ", " LATCHKEY_INSTANT("$5") ", " LATCHKEY_INSTANT("$6") ")"};

void PgCompatTokenRepository::addAccess(const CompatAccessToken& access, std::string_view token) {
    connection_.execOne(kAddAccess, {access.id, access.sessionId, token, tokenDigest(token), access.createdAt, access.expiresAt});
}

constexpr Query kAddRefresh{"compat_refresh_token.add", R"sql(
    INSERT INTO compat_refresh_tokens (compat_refresh_token_id, compat_session_id, compat_access_token_id, refresh_token, created_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, )sql" LATCHKEY_STORED_TEXT("$4", "$5") ", " LATCHKEY_INSTANT("$6") ")"};

void PgCompatTokenRepository::addRefresh(const CompatRefreshToken& refresh, std::string_view token) {
    connection_.execOne(kAddRefresh, {refresh.id, refresh.sessionId, refresh.accessTokenId, token, tokenDigest(token), refresh.createdAt});
}

// Everything hangs on the first update, which one of several wins; foreign keys between the new rows are checked at the end.
constexpr Query kRotate{"compat_refresh_token.rotate", R"sql(
    WITH at AS (SELECT )sql" LATCHKEY_INSTANT("$1") R"sql( AS now),
    presented AS (
        UPDATE compat_refresh_tokens AS token SET consumed_at = at.now FROM at, compat_sessions AS session
         WHERE token.compat_refresh_token_id = $2::uuid AND token.consumed_at IS NULL
           AND session.compat_session_id = token.compat_session_id AND session.finished_at IS NULL
        RETURNING at.now, token.compat_access_token_id AS access),
    others AS (
        UPDATE compat_refresh_tokens SET consumed_at = presented.now FROM presented
         WHERE compat_session_id = $3::uuid AND compat_refresh_token_id <> $2::uuid AND consumed_at IS NULL),
    expired AS (
        UPDATE compat_access_tokens SET expires_at = presented.now FROM presented
         WHERE compat_access_token_id = presented.access AND (expires_at IS NULL OR expires_at > presented.now)),
    access AS (
        INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at, expires_at)
        SELECT $4::uuid, $3::uuid, )sql" LATCHKEY_STORED_TEXT("$5", "$6") ", " LATCHKEY_INSTANT("$7") ", " LATCHKEY_INSTANT("$8") R"sql( FROM presented),
    refresh AS (
        INSERT INTO compat_refresh_tokens (compat_refresh_token_id, compat_session_id, compat_access_token_id, refresh_token, created_at)
        SELECT $9::uuid, $3::uuid, $4::uuid, )sql" LATCHKEY_STORED_TEXT("$10", "$11") ", " LATCHKEY_INSTANT("$12") R"sql( FROM presented)
    SELECT FROM presented)sql"};

bool PgCompatTokenRepository::rotate(const CompatRotation& rotation) {
    const auto done = connection_.one(
        kRotate,
        {rotation.now, rotation.presentedId, rotation.sessionId, rotation.access.id, rotation.accessText, tokenDigest(rotation.accessText),
         rotation.access.createdAt, rotation.access.expiresAt, rotation.refresh.id, rotation.refreshText, tokenDigest(rotation.refreshText),
         rotation.refresh.createdAt},
        [](const Row&) { return true; });
    return done.has_value();
}

}  // namespace latchkey::pg
