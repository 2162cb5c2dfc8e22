// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/token_repository.h"

#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/oauth2/session_row.h"
#include "plugins/storage-postgres/token_text.h"
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

namespace {

#define ACCESS_COLUMNS                                                                                                                    \
    "token.oauth2_access_token_id, token.oauth2_session_id, " LATCHKEY_MICROS("token.created_at") ", " LATCHKEY_MICROS("token.expires_at") \
    ", " LATCHKEY_MICROS("token.revoked_at") ", " LATCHKEY_MICROS("token.first_used_at") " "
constexpr int kAccessColumns = 6;

#define REFRESH_COLUMNS                                                                                                                    \
    "token.oauth2_refresh_token_id, token.oauth2_session_id, token.oauth2_access_token_id, token.next_oauth2_refresh_token_id, "            \
    LATCHKEY_MICROS("token.created_at") ", " LATCHKEY_MICROS("token.consumed_at") ", token.revoked_at IS NOT NULL "
constexpr int kRefreshColumns = 7;

// A session's user is behind a foreign key, so a left join finds none only where the session has none.
#define WITH_SESSION_AND_USER                                                                        \
    " JOIN oauth2_sessions AS session ON session.oauth2_session_id = token.oauth2_session_id "       \
    "LEFT JOIN users ON users.user_id = session.user_id "

AccessToken readAccess(const Row& row) {
    return {.id = row.ulid(0),
            .sessionId = row.ulid(1),
            .createdAt = row.instant(2),
            .expiresAt = row.optionalInstant(3),
            .revokedAt = row.optionalInstant(4),
            .firstUsedAt = row.optionalInstant(5)};
}

RefreshToken::State stateOf(bool revoked, bool consumed, bool followed) {
    if ((revoked && consumed) || (followed && !consumed)) throw StorageInconsistent("oauth2_refresh_token: revoked and consumed at once, or followed without being consumed");
    if (revoked) return RefreshToken::State::revoked;
    return consumed ? RefreshToken::State::consumed : RefreshToken::State::valid;
}

RefreshToken readRefresh(const Row& row) {
    return {.id = row.ulid(0),
            .sessionId = row.ulid(1),
            .accessTokenId = row.optionalUlid(2),
            .nextId = row.optionalUlid(3),
            .state = stateOf(row.boolean(6), !row.isNull(5), !row.isNull(3)),
            .createdAt = row.instant(4),
            .consumedAt = row.optionalInstant(5)};
}

std::optional<User> readUserAt(const Row& row, int first) {
    if (row.isNull(first)) return std::nullopt;
    return readUser(row, first);
}

AccessTokenDetails readAccessDetails(const Row& row) {
    return {.token = readAccess(row), .session = readOAuthSession(row, kAccessColumns), .user = readUserAt(row, kAccessColumns + kSessionColumns)};
}

RefreshTokenDetails readRefreshDetails(const Row& row) {
    constexpr int lifetime = kRefreshColumns + kSessionColumns;
    RefreshTokenDetails details{.token = readRefresh(row), .session = readOAuthSession(row, kRefreshColumns), .user = readUserAt(row, lifetime + 1)};
    details.session.accessTokenLifetime = readLifetime(row, lifetime);
    return details;
}

}  // namespace

constexpr Query kFindAccess{"oauth2_access_token.find_by_text",
                            "SELECT " ACCESS_COLUMNS ", " LATCHKEY_SESSION_COLUMNS ", " LATCHKEY_USER_COLUMNS("users.")
                            "FROM oauth2_access_tokens AS token" WITH_SESSION_AND_USER
                            "WHERE token.access_token = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<AccessTokenDetails> PgTokenRepository::findAccess(std::string_view token) {
    if (!presentable(token)) return std::nullopt;
    return connection_.one(kFindAccess, {token, tokenDigest(token)}, readAccessDetails);
}

constexpr Query kFindRefresh{"oauth2_refresh_token.find_by_text",
                             "SELECT " REFRESH_COLUMNS ", " LATCHKEY_SESSION_COLUMNS ", " LATCHKEY_SESSION_LIFETIME ", " LATCHKEY_USER_COLUMNS("users.")
                             "FROM oauth2_refresh_tokens AS token" WITH_SESSION_AND_USER
                             "WHERE token.refresh_token = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<RefreshTokenDetails> PgTokenRepository::findRefresh(std::string_view token) {
    if (!presentable(token)) return std::nullopt;
    return connection_.one(kFindRefresh, {token, tokenDigest(token)}, readRefreshDetails);
}

constexpr Query kAddAccess{"oauth2_access_token.add", R"sql(
    INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at, expires_at, revoked_at, first_used_at)
    VALUES ($1::uuid, $2::uuid, )sql" LATCHKEY_STORED_TEXT("$3", "$4") ", " LATCHKEY_INSTANT("$5") ", " LATCHKEY_INSTANT("$6") ", "
    LATCHKEY_INSTANT("$7") ", " LATCHKEY_INSTANT("$8") ")"};

void PgTokenRepository::addAccess(const AccessToken& access, std::string_view token) {
    connection_.execOne(kAddAccess, {access.id, access.sessionId, token, tokenDigest(token), access.createdAt, access.expiresAt, access.revokedAt, access.firstUsedAt});
}

// New ones are valid: state and successor come with revoke and consume.
constexpr Query kAddRefresh{"oauth2_refresh_token.add", R"sql(
    INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, oauth2_access_token_id, refresh_token, created_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, )sql" LATCHKEY_STORED_TEXT("$4", "$5") ", " LATCHKEY_INSTANT("$6") ")"};

void PgTokenRepository::addRefresh(const RefreshToken& refresh, std::string_view token) {
    connection_.execOne(kAddRefresh, {refresh.id, refresh.sessionId, refresh.accessTokenId, token, tokenDigest(token), refresh.createdAt});
}

constexpr Query kAccess{"oauth2_access_token.find", "SELECT " ACCESS_COLUMNS "FROM oauth2_access_tokens AS token WHERE token.oauth2_access_token_id = $1::uuid"};

std::optional<AccessToken> PgTokenRepository::access(const Ulid& id) { return connection_.one(kAccess, {id}, readAccess); }

constexpr Query kRefresh{"oauth2_refresh_token.find", "SELECT " REFRESH_COLUMNS "FROM oauth2_refresh_tokens AS token WHERE token.oauth2_refresh_token_id = $1::uuid"};

std::optional<RefreshToken> PgTokenRepository::refresh(const Ulid& id) { return connection_.one(kRefresh, {id}, readRefresh); }

constexpr Query kRevokeAccess{"oauth2_access_token.revoke",
                              "UPDATE oauth2_access_tokens SET revoked_at = " LATCHKEY_INSTANT("$2") " WHERE oauth2_access_token_id = $1::uuid AND revoked_at IS NULL"};

bool PgTokenRepository::revokeAccess(const Ulid& id, Instant now) { return connection_.exec(kRevokeAccess, {id, now}) == 1; }

// A consumed one stays consumed: both at once would mean nothing to MAS.
constexpr Query kRevokeRefresh{"oauth2_refresh_token.revoke",
                               "UPDATE oauth2_refresh_tokens SET revoked_at = " LATCHKEY_INSTANT("$2")
                               " WHERE oauth2_refresh_token_id = $1::uuid AND revoked_at IS NULL AND consumed_at IS NULL"};

bool PgTokenRepository::revokeRefresh(const Ulid& id, Instant now) { return connection_.exec(kRevokeRefresh, {id, now}) == 1; }

// Everything hangs on the first update, which one of several wins; foreign keys between the new rows are checked at the end.
constexpr Query kRotate{"oauth2_refresh_token.rotate", R"sql(
    WITH at AS (SELECT )sql" LATCHKEY_INSTANT("$1") R"sql( AS now),
    presented AS (
        UPDATE oauth2_refresh_tokens SET consumed_at = at.now, next_oauth2_refresh_token_id = $2::uuid FROM at
         WHERE oauth2_refresh_token_id = $3::uuid AND consumed_at IS NULL AND revoked_at IS NULL RETURNING at.now),
    revoked AS (
        UPDATE oauth2_access_tokens SET revoked_at = presented.now FROM presented WHERE oauth2_access_token_id = $4::uuid AND revoked_at IS NULL),
    access AS (
        INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at, expires_at)
        SELECT $5::uuid, $6::uuid, )sql" LATCHKEY_STORED_TEXT("$7", "$8") ", " LATCHKEY_INSTANT("$9") ", " LATCHKEY_INSTANT("$10") R"sql( FROM presented),
    refresh AS (
        INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, oauth2_access_token_id, refresh_token, created_at)
        SELECT $2::uuid, $6::uuid, $5::uuid, )sql" LATCHKEY_STORED_TEXT("$11", "$12") ", " LATCHKEY_INSTANT("$13") R"sql( FROM presented),
    agent AS (
        UPDATE oauth2_sessions SET user_agent = $14::text FROM presented
         WHERE oauth2_session_id = $6::uuid AND $14::text IS NOT NULL AND user_agent IS DISTINCT FROM $14::text)
    SELECT FROM presented)sql"};

bool PgTokenRepository::rotate(const TokenRotation& rotation) {
    const auto done = connection_.one(
        kRotate,
        {rotation.now, rotation.refresh.id, rotation.presentedId, rotation.presentedAccessId, rotation.access.id, rotation.sessionId, rotation.accessText,
         tokenDigest(rotation.accessText), rotation.access.createdAt, rotation.access.expiresAt, rotation.refreshText, tokenDigest(rotation.refreshText),
         rotation.refresh.createdAt, rotation.userAgent},
        [](const Row&) { return true; });
    return done.has_value();
}

constexpr Query kConsume{"oauth2_refresh_token.consume",
                         "UPDATE oauth2_refresh_tokens SET consumed_at = " LATCHKEY_INSTANT("$3") ", next_oauth2_refresh_token_id = $2::uuid "
                         "WHERE oauth2_refresh_token_id = $1::uuid AND consumed_at IS NULL AND revoked_at IS NULL"};

bool PgTokenRepository::consume(const Ulid& refreshId, const Ulid& nextId, Instant now) { return connection_.exec(kConsume, {refreshId, nextId, now}) == 1; }

constexpr Query kRepoint{"oauth2_refresh_token.repoint",
                         "UPDATE oauth2_refresh_tokens SET next_oauth2_refresh_token_id = $3::uuid "
                         "WHERE oauth2_refresh_token_id = $1::uuid AND consumed_at IS NOT NULL AND next_oauth2_refresh_token_id IS NOT DISTINCT FROM $2::uuid"};

bool PgTokenRepository::repoint(const Ulid& refreshId, const std::optional<Ulid>& from, const Ulid& to) { return connection_.exec(kRepoint, {refreshId, from, to}) == 1; }

constexpr Query kMarkUsed{"oauth2_access_token.mark_used",
                          "UPDATE oauth2_access_tokens SET first_used_at = " LATCHKEY_INSTANT("$2") " WHERE oauth2_access_token_id = $1::uuid AND first_used_at IS NULL"};

bool PgTokenRepository::markUsed(const Ulid& accessId, Instant now) { return connection_.exec(kMarkUsed, {accessId, now}) == 1; }

}  // namespace latchkey::pg
