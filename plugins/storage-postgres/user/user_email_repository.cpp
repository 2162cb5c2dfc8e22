// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_email_repository.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

#define EMAIL_COLUMNS "user_email_id, user_id, email, " LATCHKEY_MICROS("created_at") " "

UserEmail readEmail(const Row& row) { return {.id = row.ulid(0), .userId = row.ulid(1), .email = row.text(2), .createdAt = row.instant(3)}; }

}  // namespace

constexpr Query kAllOf{"user_email.all_of", "SELECT " EMAIL_COLUMNS "FROM user_emails WHERE user_id = $1::uuid ORDER BY user_email_id"};

std::vector<UserEmail> PgUserEmailRepository::allOf(const Ulid& userId) { return connection_.all(kAllOf, {userId}, readEmail); }

constexpr Query kFindByEmail{"user_email.find_by_email", "SELECT " EMAIL_COLUMNS "FROM user_emails WHERE lower(email) = lower($1::text) LIMIT 2"};

std::optional<UserEmail> PgUserEmailRepository::findByEmail(std::string_view email) {
    auto found = connection_.all(kFindByEmail, {email}, readEmail);
    if (found.size() != 1) return std::nullopt;
    return std::move(found.front());
}

constexpr Query kFind{"user_email.find", "SELECT " EMAIL_COLUMNS "FROM user_emails WHERE user_email_id = $1::uuid"};

std::optional<UserEmail> PgUserEmailRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readEmail); }

constexpr Query kPageByEmail{"user_email.page_by_email",
                             "SELECT " EMAIL_COLUMNS "FROM user_emails WHERE lower(email) = lower($1::text) AND ($2::uuid IS NULL OR user_email_id > $2::uuid) "
                             "ORDER BY user_email_id LIMIT $3::integer"};

std::vector<UserEmail> PgUserEmailRepository::pageByEmail(std::string_view email, const std::optional<Ulid>& after, int most) {
    return connection_.all(kPageByEmail, {email, after, most}, readEmail);
}

constexpr Query kAdd{"user_email.add", "INSERT INTO user_emails (user_email_id, user_id, email, created_at) "
                                       "VALUES ($1::uuid, $2::uuid, $3::text, " LATCHKEY_INSTANT("$4") ")"};

void PgUserEmailRepository::add(const UserEmail& email) { connection_.execOne(kAdd, {email.id, email.userId, email.email, email.createdAt}); }

constexpr Query kAddUnlessTaken{"user_email.add_unless_taken", "INSERT INTO user_emails (user_email_id, user_id, email, created_at) "
                                                               "SELECT $1::uuid, $2::uuid, $3::text, " LATCHKEY_INSTANT("$4")
                                                               " WHERE NOT EXISTS (SELECT 1 FROM user_emails WHERE lower(email) = lower($3::text))"};

bool PgUserEmailRepository::addUnlessTaken(const UserEmail& email) {
    return connection_.exec(kAddUnlessTaken, {email.id, email.userId, email.email, email.createdAt}) == 1;
}

constexpr Query kRemove{"user_email.remove", "DELETE FROM user_emails WHERE user_id = $1::uuid AND user_email_id = $2::uuid"};

bool PgUserEmailRepository::remove(const Ulid& userId, const Ulid& id) { return connection_.exec(kRemove, {userId, id}) == 1; }

}  // namespace latchkey::pg
