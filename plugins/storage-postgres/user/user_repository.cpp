// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

namespace {

constexpr auto kReadUser = [](const Row& row) { return readUser(row); };

}  // namespace

constexpr Query kFind{"user.find", "SELECT " LATCHKEY_USER_COLUMNS("") "FROM users WHERE user_id = $1::uuid"};

std::optional<User> PgUserRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, kReadUser); }

// The exact spelling first, so that two rows tell all there is to know.
constexpr Query kFindByUsername{"user.find_by_username",
                                "SELECT " LATCHKEY_USER_COLUMNS("") "FROM users WHERE lower(username) = lower($1::text) "
                                "ORDER BY username = $1::text DESC LIMIT 2"};

std::optional<User> PgUserRepository::findByUsername(std::string_view username) {
    auto found = connection_.all(kFindByUsername, {username}, kReadUser);
    if (found.size() == 1 || (found.size() == 2 && found.front().username == username)) return std::move(found.front());
    return std::nullopt;
}

constexpr Query kExists{"user.exists", "SELECT EXISTS (SELECT 1 FROM users WHERE lower(username) = lower($1::text))"};

bool PgUserRepository::exists(std::string_view username) {
    return connection_.one(kExists, {username}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

// DO NOTHING, because an error would end the transaction.
constexpr Query kAdd{"user.add", "INSERT INTO users (user_id, username, created_at) VALUES ($1::uuid, $2::text, " LATCHKEY_INSTANT("$3") ") "
                                 "ON CONFLICT (username) DO NOTHING RETURNING " LATCHKEY_USER_COLUMNS("")};

User PgUserRepository::add(const Ulid& id, std::string_view username, Instant now) {
    auto added = connection_.one(kAdd, {id, username, now}, kReadUser);
    if (!added) throw Conflict("user.add: the username is taken", "users_username_unique");
    return std::move(*added);
}

constexpr Query kLock{"user.lock", "UPDATE users SET locked_at = " LATCHKEY_INSTANT("$2") " WHERE user_id = $1::uuid AND locked_at IS NULL"};

bool PgUserRepository::lock(const Ulid& id, Instant now) { return connection_.exec(kLock, {id, now}) == 1; }

constexpr Query kUnlock{"user.unlock", "UPDATE users SET locked_at = NULL WHERE user_id = $1::uuid AND locked_at IS NOT NULL"};

bool PgUserRepository::unlock(const Ulid& id) { return connection_.exec(kUnlock, {id}) == 1; }

constexpr Query kSetCanRequestAdmin{"user.set_can_request_admin", "UPDATE users SET can_request_admin = $2::boolean WHERE user_id = $1::uuid"};

bool PgUserRepository::setCanRequestAdmin(const Ulid& id, bool allowed) { return connection_.exec(kSetCanRequestAdmin, {id, allowed}) == 1; }

constexpr Query kPage{"user.page", "SELECT " LATCHKEY_USER_COLUMNS("") "FROM users WHERE $1::uuid IS NULL OR user_id > $1::uuid ORDER BY user_id LIMIT $2::integer"};

std::vector<User> PgUserRepository::page(const std::optional<Ulid>& after, int limit) { return connection_.all(kPage, {after, limit}, kReadUser); }

constexpr Query kAdmins{"user.admins", "SELECT " LATCHKEY_USER_COLUMNS("") "FROM users WHERE can_request_admin AND ($1::uuid IS NULL OR user_id > $1::uuid) "
                                       "ORDER BY user_id LIMIT $2::integer"};

std::vector<User> PgUserRepository::admins(const std::optional<Ulid>& after, int limit) { return connection_.all(kAdmins, {after, limit}, kReadUser); }

constexpr Query kAcceptTerms{"user.accept_terms", "INSERT INTO user_terms (user_terms_id, user_id, terms_url, created_at) VALUES ($1::uuid, $2::uuid, $3::text, "
                                                  LATCHKEY_INSTANT("$4") ") ON CONFLICT (user_id, terms_url) DO NOTHING"};

void PgUserRepository::acceptTerms(const Ulid& acceptanceId, const Ulid& userId, std::string_view termsUrl, Instant now) {
    connection_.exec(kAcceptTerms, {acceptanceId, userId, termsUrl, now});
}

}  // namespace latchkey::pg
