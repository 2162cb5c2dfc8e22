// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_life_repository.h"

#include "domain/oauth2/scope.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

// $4, $5: the two spellings of a device's scope. By bytes, so that pages do not depend on the database's language.
#define LATCHKEY_DEVICE_SCOPES(table, which)                                                                                       \
    "SELECT substr(token, 1 + CASE WHEN starts_with(token, $4::text) THEN length($4::text) ELSE length($5::text) END) FROM " table \
    ", unnest(scope_list) AS token WHERE " which " AND (starts_with(token, $4::text) OR starts_with(token, $5::text))"

constexpr Query kDevices{"user.devices",
    "SELECT device FROM (SELECT device_id AS device FROM compat_sessions WHERE user_id = $1::uuid AND finished_at IS NULL AND device_id IS NOT NULL UNION "
    LATCHKEY_DEVICE_SCOPES("oauth2_sessions", "user_id = $1::uuid AND finished_at IS NULL") " UNION "
    LATCHKEY_DEVICE_SCOPES("personal_sessions", "actor_user_id = $1::uuid AND revoked_at IS NULL")
    ") AS every WHERE device <> '' AND ($2::text IS NULL OR device COLLATE \"C\" > $2::text) ORDER BY device COLLATE \"C\" LIMIT $3::bigint"};

std::vector<std::string> PgUserLifeRepository::devices(const Ulid& userId, const std::optional<std::string>& after, int most) {
    return connection_.all(kDevices, {userId, after, most, kScopeDeviceStable, kScopeDeviceUnstable}, [](const Row& row) { return row.text(0); });
}

constexpr Query kDeactivate{"user.deactivate", R"sql(
    WITH gone AS (UPDATE users SET deactivated_at = )sql" LATCHKEY_INSTANT("$2") R"sql( WHERE user_id = $1::uuid AND deactivated_at IS NULL),
    browsers AS (UPDATE user_sessions SET finished_at = )sql" LATCHKEY_INSTANT("$2") R"sql( WHERE user_id = $1::uuid AND finished_at IS NULL RETURNING 1),
    compat AS (UPDATE compat_sessions SET finished_at = )sql" LATCHKEY_INSTANT("$2") R"sql( WHERE user_id = $1::uuid AND finished_at IS NULL RETURNING 1),
    personal AS (UPDATE personal_sessions SET revoked_at = )sql" LATCHKEY_INSTANT("$2") R"sql(
                  WHERE (actor_user_id = $1::uuid OR owner_user_id = $1::uuid) AND revoked_at IS NULL RETURNING personal_session_id),
    tokens AS (UPDATE personal_access_tokens SET revoked_at = )sql" LATCHKEY_INSTANT("$2") R"sql(
                WHERE personal_session_id IN (SELECT personal_session_id FROM personal) AND revoked_at IS NULL),
    addresses AS (DELETE FROM user_emails WHERE user_id = $1::uuid),
    others AS (DELETE FROM user_unsupported_third_party_ids WHERE user_id = $1::uuid)
    SELECT (SELECT count(*) FROM browsers) + (SELECT count(*) FROM compat) + (SELECT count(*) FROM personal))sql"};
constexpr Query kEndOAuth{"user.end_oauth_sessions", R"sql(
    WITH ended AS (UPDATE oauth2_sessions SET finished_at = )sql" LATCHKEY_INSTANT("$2") R"sql(
                    WHERE user_id = $1::uuid AND finished_at IS NULL RETURNING oauth2_session_id),
    access AS (UPDATE oauth2_access_tokens SET revoked_at = )sql" LATCHKEY_INSTANT("$2") R"sql(
                WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM ended) AND revoked_at IS NULL),
    refresh AS (UPDATE oauth2_refresh_tokens SET revoked_at = )sql" LATCHKEY_INSTANT("$2") R"sql(
                 WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM ended) AND revoked_at IS NULL AND consumed_at IS NULL)
    SELECT count(*) FROM ended)sql"};

std::int64_t PgUserLifeRepository::deactivate(const Ulid& userId, Instant now) {
    const auto counted = [](const Row& row) { return row.int64(0); };
    const std::int64_t ended = connection_.one(kDeactivate, {userId, now}, counted).value_or(0);
    return ended + connection_.one(kEndOAuth, {userId, now}, counted).value_or(0);
}

constexpr Query kReactivate{"user.reactivate", "UPDATE users SET deactivated_at = NULL WHERE user_id = $1::uuid AND deactivated_at IS NOT NULL"};

bool PgUserLifeRepository::reactivate(const Ulid& userId) { return connection_.exec(kReactivate, {userId}) == 1; }

}  // namespace latchkey::pg
