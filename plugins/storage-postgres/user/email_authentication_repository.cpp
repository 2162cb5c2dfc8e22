// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/email_authentication_repository.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

EmailAuthentication readAuthentication(const Row& row) {
    return {.id = row.ulid(0),
            .sessionId = row.optionalUlid(1),
            .registrationId = row.optionalUlid(2),
            .email = row.text(3),
            .createdAt = row.instant(4),
            .completedAt = row.optionalInstant(5)};
}

EmailAuthenticationCode readCode(const Row& row) {
    return {.id = row.ulid(0), .authenticationId = row.ulid(1), .code = row.text(2), .createdAt = row.instant(3), .expiresAt = row.instant(4)};
}

}  // namespace

constexpr Query kFind{"user_email_authentication.find",
                      "SELECT user_email_authentication_id, user_session_id, user_registration_id, email, " LATCHKEY_MICROS("created_at") ", "
                      LATCHKEY_MICROS("completed_at") " FROM user_email_authentications WHERE user_email_authentication_id = $1::uuid"};

std::optional<EmailAuthentication> PgEmailAuthenticationRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readAuthentication); }

constexpr Query kAdd{"user_email_authentication.add", R"sql(
    INSERT INTO user_email_authentications (user_email_authentication_id, user_session_id, user_registration_id, email, created_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, )sql" LATCHKEY_INSTANT("$5") ")"};

void PgEmailAuthenticationRepository::add(const EmailAuthentication& authentication) {
    connection_.execOne(kAdd, {authentication.id, authentication.sessionId, authentication.registrationId, authentication.email, authentication.createdAt});
}

constexpr Query kAddCode{"user_email_authentication_code.add", R"sql(
    INSERT INTO user_email_authentication_codes (user_email_authentication_code_id, user_email_authentication_id, code, created_at, expires_at)
    SELECT $1::uuid, open.user_email_authentication_id, $3::text, )sql" LATCHKEY_INSTANT("$4") ", " LATCHKEY_INSTANT("$5") R"sql(
      FROM user_email_authentications AS open
     WHERE open.user_email_authentication_id = $2::uuid AND open.completed_at IS NULL
    ON CONFLICT (user_email_authentication_id, code) DO NOTHING)sql"};

bool PgEmailAuthenticationRepository::addCode(const EmailAuthenticationCode& code) {
    return connection_.exec(kAddCode, {code.id, code.authenticationId, code.code, code.createdAt, code.expiresAt}) == 1;
}

constexpr Query kCodesOf{"user_email_authentication_code.codes_of",
                         "SELECT user_email_authentication_code_id, user_email_authentication_id, code, " LATCHKEY_MICROS("created_at") ", "
                         LATCHKEY_MICROS("expires_at") " FROM user_email_authentication_codes WHERE user_email_authentication_id = $1::uuid "
                         "ORDER BY user_email_authentication_code_id DESC LIMIT $2::integer"};

std::vector<EmailAuthenticationCode> PgEmailAuthenticationRepository::codesOf(const Ulid& authenticationId, int most) {
    return connection_.all(kCodesOf, {authenticationId, most}, readCode);
}

constexpr Query kComplete{"user_email_authentication.complete",
                          "UPDATE user_email_authentications SET completed_at = " LATCHKEY_INSTANT("$2")
                          " WHERE user_email_authentication_id = $1::uuid AND completed_at IS NULL"};

bool PgEmailAuthenticationRepository::complete(const Ulid& id, Instant now) { return connection_.exec(kComplete, {id, now}) == 1; }

}  // namespace latchkey::pg
