// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_password_repository.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

constexpr Query kActive{"user_password.active", R"sql(
    SELECT user_password_id, user_id, hashed_password, version, )sql" LATCHKEY_MICROS("created_at") R"sql(, upgraded_from_id
      FROM user_passwords WHERE user_id = $1::uuid ORDER BY created_at DESC, user_password_id DESC LIMIT 1)sql"};

std::optional<UserPassword> PgUserPasswordRepository::active(const Ulid& userId) {
    return connection_.one(kActive, {userId}, [](const Row& row) {
        return UserPassword{.id = row.ulid(0),
                            .userId = row.ulid(1),
                            .hash = row.text(2),
                            .version = row.int32(3),
                            .createdAt = row.instant(4),
                            .upgradedFromId = row.optionalUlid(5)};
    });
}

constexpr Query kAdd{"user_password.add", R"sql(
    INSERT INTO user_passwords (user_password_id, user_id, hashed_password, version, created_at, upgraded_from_id)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::integer, )sql" LATCHKEY_INSTANT("$5") ", $6::uuid)"};

void PgUserPasswordRepository::add(const UserPassword& password) {
    connection_.execOne(kAdd, {password.id, password.userId, password.hash, password.version, password.createdAt, password.upgradedFromId});
}

// The next statement sees what whoever held the lock before has written.
constexpr Query kLockUser{"user_password.lock_user", "SELECT 1 FROM users WHERE user_id = $1::uuid FOR NO KEY UPDATE"};
constexpr Query kReplace{"user_password.replace", R"sql(
    INSERT INTO user_passwords (user_password_id, user_id, hashed_password, version, created_at, upgraded_from_id)
    SELECT $1::uuid, $2::uuid, $3::text, $4::integer, )sql" LATCHKEY_INSTANT("$5") R"sql(, $6::uuid
     WHERE $7::uuid = (SELECT user_password_id FROM user_passwords WHERE user_id = $2::uuid ORDER BY created_at DESC, user_password_id DESC LIMIT 1))sql"};

bool PgUserPasswordRepository::replace(const UserPassword& password, const Ulid& expected) {
    connection_.exec(kLockUser, {password.userId});
    return connection_.exec(kReplace, {password.id, password.userId, password.hash, password.version, password.createdAt, password.upgradedFromId, expected}) == 1;
}

}  // namespace latchkey::pg
