// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/registration_token_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

constexpr Query kAdd{"user_registration_token.add", R"sql(
    INSERT INTO user_registration_tokens (user_registration_token_id, token, usage_limit, created_at, expires_at)
    VALUES ($1::uuid, $2::text, $3::integer, )sql" LATCHKEY_INSTANT("$4") ", " LATCHKEY_INSTANT("$5") ") ON CONFLICT (token) DO NOTHING"};

void PgRegistrationTokenRepository::add(const RegistrationToken& token) {
    const std::int64_t added = connection_.exec(kAdd, {token.id, token.token, token.usageLimit, token.createdAt, token.expiresAt});
    if (added == 0) throw Conflict("user_registration_token.add: the token exists", "user_registration_tokens_token_key");
}

}  // namespace latchkey::pg
