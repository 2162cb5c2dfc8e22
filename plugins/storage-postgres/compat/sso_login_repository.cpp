// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/compat/sso_login_repository.h"

#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/token_text.h"

namespace latchkey::pg {

namespace {

#define COLUMNS                                                                                                                   \
    "compat_sso_login_id, redirect_uri, " LATCHKEY_MICROS("created_at") ", " LATCHKEY_MICROS("fulfilled_at") ", "                 \
    LATCHKEY_MICROS("exchanged_at") ", user_session_id, compat_session_id FROM compat_sso_logins "

CompatSsoLogin readLogin(const Row& row) {
    return {.id = row.ulid(0),
            .redirectUri = row.text(1),
            .createdAt = row.instant(2),
            .fulfilledAt = row.optionalInstant(3),
            .exchangedAt = row.optionalInstant(4),
            .browserSessionId = row.optionalUlid(5),
            .compatSessionId = row.optionalUlid(6)};
}

}  // namespace

constexpr Query kFind{"compat_sso_login.find", "SELECT " COLUMNS "WHERE compat_sso_login_id = $1::uuid"};

std::optional<CompatSsoLogin> PgCompatSsoLoginRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readLogin); }

constexpr Query kFindByToken{"compat_sso_login.find_by_token", "SELECT " COLUMNS "WHERE login_token = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<CompatSsoLogin> PgCompatSsoLoginRepository::findByToken(std::string_view token) {
    if (!presentable(token)) return std::nullopt;
    return connection_.one(kFindByToken, {token, tokenDigest(token)}, readLogin);
}

constexpr Query kAdd{"compat_sso_login.add", R"sql(
    INSERT INTO compat_sso_logins (compat_sso_login_id, redirect_uri, login_token, created_at)
    VALUES ($1::uuid, $2::text, )sql" LATCHKEY_STORED_TEXT("$3", "$4") ", " LATCHKEY_INSTANT("$5") ")"};

void PgCompatSsoLoginRepository::add(const CompatSsoLogin& login, std::string_view token) {
    connection_.execOne(kAdd, {login.id, login.redirectUri, token, tokenDigest(token), login.createdAt});
}

constexpr Query kFulfil{"compat_sso_login.fulfil", R"sql(
    UPDATE compat_sso_logins SET fulfilled_at = )sql" LATCHKEY_INSTANT("$5") ", user_session_id = $2::uuid, login_token = " LATCHKEY_STORED_TEXT("$3", "$4") R"sql(
     WHERE compat_sso_login_id = $1::uuid AND fulfilled_at IS NULL AND exchanged_at IS NULL)sql"};

bool PgCompatSsoLoginRepository::fulfil(const Ulid& id, const Ulid& browserSessionId, std::string_view token, Instant now) {
    return connection_.exec(kFulfil, {id, browserSessionId, token, tokenDigest(token), now}) == 1;
}

constexpr Query kExchange{"compat_sso_login.exchange", R"sql(
    UPDATE compat_sso_logins SET exchanged_at = )sql" LATCHKEY_INSTANT("$3") R"sql(, compat_session_id = $2::uuid
     WHERE compat_sso_login_id = $1::uuid AND fulfilled_at IS NOT NULL AND exchanged_at IS NULL)sql"};

bool PgCompatSsoLoginRepository::exchange(const Ulid& id, const Ulid& compatSessionId, Instant now) {
    return connection_.exec(kExchange, {id, compatSessionId, now}) == 1;
}

}  // namespace latchkey::pg
