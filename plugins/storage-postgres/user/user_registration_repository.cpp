// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_registration_repository.h"

#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/inet.h"

namespace latchkey::pg {

namespace {

UserRegistration readRegistration(const Row& row) {
    std::optional<int> version;
    if (!row.isNull(9)) version = row.int32(9);
    return {.id = row.ulid(0),
            .ipAddress = row.optionalText(1),
            .userAgent = row.optionalText(2),
            .postAuthAction = row.optionalText(3),
            .username = row.text(4),
            .displayName = row.optionalText(5),
            .termsUrl = row.optionalText(6),
            .emailAuthenticationId = row.optionalUlid(7),
            .hashedPassword = row.optionalText(8),
            .hashedPasswordVersion = version,
            .registrationTokenId = row.optionalUlid(10),
            .upstreamSessionId = row.optionalUlid(11),
            .createdAt = row.instant(12),
            .completedAt = row.optionalInstant(13)};
}

// A registration in progress: the one that every change below is conditional on.
#define IN_PROGRESS " WHERE user_registration_id = $1::uuid AND completed_at IS NULL"

}  // namespace

constexpr Query kFind{"user_registration.find", R"sql(
    SELECT user_registration_id, host(ip_address), user_agent, post_auth_action::text, username, display_name, terms_url, email_authentication_id,
           hashed_password, hashed_password_version, user_registration_token_id, upstream_oauth_authorization_session_id, )sql"
    LATCHKEY_MICROS("created_at") ", " LATCHKEY_MICROS("completed_at") " FROM user_registrations WHERE user_registration_id = $1::uuid"};

std::optional<UserRegistration> PgUserRegistrationRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readRegistration); }

constexpr Query kAdd{"user_registration.add", R"sql(
    INSERT INTO user_registrations (user_registration_id, ip_address, user_agent, post_auth_action, username, display_name, terms_url,
                                    email_authentication_id, hashed_password, hashed_password_version, user_registration_token_id,
                                    upstream_oauth_authorization_session_id, created_at)
    VALUES ($1::uuid, $2::inet, $3::text, $4::jsonb, $5::text, $6::text, $7::text, $8::uuid, $9::text, $10::integer, $11::uuid, $12::uuid, )sql"
    LATCHKEY_INSTANT("$13") ")"};

void PgUserRegistrationRepository::add(const UserRegistration& registration) {
    connection_.execOne(kAdd, {registration.id, inetOrNothing(registration.ipAddress), registration.userAgent, registration.postAuthAction, registration.username,
                               registration.displayName, registration.termsUrl, registration.emailAuthenticationId, registration.hashedPassword,
                               registration.hashedPasswordVersion, registration.registrationTokenId, registration.upstreamSessionId, registration.createdAt});
}

constexpr Query kSetUsername{"user_registration.set_username", "UPDATE user_registrations SET username = $2::text" IN_PROGRESS};

bool PgUserRegistrationRepository::setUsername(const Ulid& id, std::string_view username) { return connection_.exec(kSetUsername, {id, username}) == 1; }

constexpr Query kSetDisplayName{"user_registration.set_display_name", "UPDATE user_registrations SET display_name = $2::text" IN_PROGRESS};

bool PgUserRegistrationRepository::setDisplayName(const Ulid& id, std::string_view name) { return connection_.exec(kSetDisplayName, {id, name}) == 1; }

constexpr Query kSetTermsUrl{"user_registration.set_terms_url", "UPDATE user_registrations SET terms_url = $2::text" IN_PROGRESS};

bool PgUserRegistrationRepository::setTermsUrl(const Ulid& id, std::string_view url) { return connection_.exec(kSetTermsUrl, {id, url}) == 1; }

constexpr Query kSetEmail{"user_registration.set_email_authentication", "UPDATE user_registrations SET email_authentication_id = $2::uuid" IN_PROGRESS};

bool PgUserRegistrationRepository::setEmailAuthentication(const Ulid& id, const Ulid& authenticationId) {
    return connection_.exec(kSetEmail, {id, authenticationId}) == 1;
}

constexpr Query kSetPassword{"user_registration.set_password",
                             "UPDATE user_registrations SET hashed_password = $2::text, hashed_password_version = $3::integer" IN_PROGRESS};

bool PgUserRegistrationRepository::setPassword(const Ulid& id, std::string_view hash, int version) { return connection_.exec(kSetPassword, {id, hash, version}) == 1; }

constexpr Query kSetToken{"user_registration.set_registration_token", "UPDATE user_registrations SET user_registration_token_id = $2::uuid" IN_PROGRESS};

bool PgUserRegistrationRepository::setRegistrationToken(const Ulid& id, const Ulid& tokenId) { return connection_.exec(kSetToken, {id, tokenId}) == 1; }

constexpr Query kSetUpstream{"user_registration.set_upstream_session",
                             "UPDATE user_registrations SET upstream_oauth_authorization_session_id = $2::uuid" IN_PROGRESS};

bool PgUserRegistrationRepository::setUpstreamSession(const Ulid& id, const Ulid& sessionId) { return connection_.exec(kSetUpstream, {id, sessionId}) == 1; }

constexpr Query kTakeStep{"user_registration.take_step", R"sql(
    INSERT INTO latchkey_registration_steps (user_registration_id, step, taken_at)
    SELECT user_registration_id, $2::text, )sql" LATCHKEY_INSTANT("$3") " FROM user_registrations" IN_PROGRESS " ON CONFLICT DO NOTHING"};

bool PgUserRegistrationRepository::takeStep(const Ulid& id, std::string_view step, Instant now) { return connection_.exec(kTakeStep, {id, step, now}) == 1; }

constexpr Query kHasTakenStep{"user_registration.has_taken_step",
                              "SELECT EXISTS (SELECT 1 FROM latchkey_registration_steps WHERE user_registration_id = $1::uuid AND step = $2::text)"};

bool PgUserRegistrationRepository::hasTakenStep(const Ulid& id, std::string_view step) {
    return connection_.one(kHasTakenStep, {id, step}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

constexpr Query kComplete{"user_registration.complete", "UPDATE user_registrations SET completed_at = " LATCHKEY_INSTANT("$2") IN_PROGRESS};

bool PgUserRegistrationRepository::complete(const Ulid& id, Instant now) { return connection_.exec(kComplete, {id, now}) == 1; }

}  // namespace latchkey::pg
