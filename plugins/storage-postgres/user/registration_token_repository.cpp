// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/registration_token_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

RegistrationToken readToken(const Row& row) {
    std::optional<int> limit;
    if (!row.isNull(2)) limit = row.int32(2);
    return {.id = row.ulid(0), .token = row.text(1), .usageLimit = limit, .createdAt = row.instant(3), .expiresAt = row.optionalInstant(4)};
}

// Of a token that may be used at `now`.
#define USABLE(now) "revoked_at IS NULL AND (usage_limit IS NULL OR times_used < usage_limit) AND (expires_at IS NULL OR expires_at > " LATCHKEY_INSTANT(now) ")"

}  // namespace

constexpr Query kAdd{"user_registration_token.add", R"sql(
    INSERT INTO user_registration_tokens (user_registration_token_id, token, usage_limit, created_at, expires_at)
    VALUES ($1::uuid, $2::text, $3::integer, )sql" LATCHKEY_INSTANT("$4") ", " LATCHKEY_INSTANT("$5") ") ON CONFLICT (token) DO NOTHING"};

void PgRegistrationTokenRepository::add(const RegistrationToken& token) {
    const std::int64_t added = connection_.exec(kAdd, {token.id, token.token, token.usageLimit, token.createdAt, token.expiresAt});
    if (added == 0) throw Conflict("user_registration_token.add: the token exists", "user_registration_tokens_token_key");
}

constexpr Query kFindUsable{"user_registration_token.find_usable",
                            "SELECT user_registration_token_id, token, usage_limit, " LATCHKEY_MICROS("created_at") ", " LATCHKEY_MICROS("expires_at")
                            " FROM user_registration_tokens WHERE token = $1::text AND " USABLE("$2")};

std::optional<RegistrationToken> PgRegistrationTokenRepository::findUsable(std::string_view token, Instant now) {
    return connection_.one(kFindUsable, {token, now}, readToken);
}

constexpr Query kUsable{"user_registration_token.usable",
                        "SELECT EXISTS (SELECT 1 FROM user_registration_tokens WHERE user_registration_token_id = $1::uuid AND " USABLE("$2") ")"};

bool PgRegistrationTokenRepository::usable(const Ulid& id, Instant now) {
    return connection_.one(kUsable, {id, now}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

constexpr Query kUse{"user_registration_token.use",
                     "UPDATE user_registration_tokens SET times_used = times_used + 1, last_used_at = " LATCHKEY_INSTANT("$2")
                     " WHERE user_registration_token_id = $1::uuid AND " USABLE("$2")};

bool PgRegistrationTokenRepository::use(const Ulid& id, Instant now) { return connection_.exec(kUse, {id, now}) == 1; }

}  // namespace latchkey::pg
