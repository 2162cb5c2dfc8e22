// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/device_code_grant_repository.h"

#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/inet.h"
#include "plugins/storage-postgres/oauth2/scope_text.h"
#include "plugins/storage-postgres/oauth2/session_row.h"
#include "plugins/storage-postgres/token_text.h"

namespace latchkey::pg {

namespace {

using State = DeviceCodeGrant::State;

#define GRANT_COLUMNS                                                                                                                   \
    "oauth2_device_code_grant_id, oauth2_client_id, scope, " LATCHKEY_MICROS("created_at") ", " LATCHKEY_MICROS("expires_at")              \
    ", user_session_id, oauth2_session_id, host(ip_address), user_agent, locale, fulfilled_at IS NOT NULL, rejected_at IS NOT NULL, "      \
    "exchanged_at IS NOT NULL, access_token_lifetime_seconds "
#define FROM_GRANTS "FROM oauth2_device_code_grant LEFT JOIN latchkey_device_code_grants USING (oauth2_device_code_grant_id) "
#define PENDING "fulfilled_at IS NULL AND rejected_at IS NULL AND exchanged_at IS NULL"

State stateOf(bool fulfilled, bool rejected, bool exchanged, bool browserSession, bool session) {
    if (!fulfilled && !rejected && !exchanged && !browserSession && !session) return State::pending;
    if (fulfilled && !rejected && !exchanged && browserSession && !session) return State::fulfilled;
    if (!fulfilled && rejected && !exchanged && browserSession && !session) return State::rejected;
    if (fulfilled && !rejected && exchanged && browserSession && session) return State::exchanged;
    throw StorageInconsistent("oauth2_device_code_grant: its times and its sessions contradict each other");
}

DeviceCodeGrant readGrant(const Row& row) {
    return {.id = row.ulid(0),
            .clientId = row.ulid(1),
            .state = stateOf(row.boolean(10), row.boolean(11), row.boolean(12), !row.isNull(5), !row.isNull(6)),
            .scope = storedScope(row.view(2)),
            .createdAt = row.instant(3),
            .expiresAt = row.instant(4),
            .browserSessionId = row.optionalUlid(5),
            .sessionId = row.optionalUlid(6),
            .ipAddress = row.optionalText(7),
            .userAgent = row.optionalText(8),
            .locale = row.optionalText(9),
            .accessTokenLifetime = readLifetime(row, 13)};
}

}  // namespace

// User codes stay as they are: they live for minutes, and are shown.
constexpr Query kAdd{"oauth2_device_code_grant.add", R"sql(
    INSERT INTO oauth2_device_code_grant (oauth2_device_code_grant_id, oauth2_client_id, scope, user_code, device_code, created_at, expires_at, ip_address,
                                          user_agent, locale)
    VALUES ($1::uuid, $2::uuid, $3::text, $4::text, )sql" LATCHKEY_STORED_TEXT("$5", "$6") ", " LATCHKEY_INSTANT("$7") ", " LATCHKEY_INSTANT("$8")
    ", $9::inet, $10::text, $11::text) ON CONFLICT (user_code) DO NOTHING"};

void PgDeviceCodeGrantRepository::add(const DeviceCodeGrant& grant, std::string_view deviceCode, std::string_view userCode) {
    const std::int64_t added = connection_.exec(kAdd, {grant.id, grant.clientId, grant.scope.text(), userCode, deviceCode, tokenDigest(deviceCode), grant.createdAt,
                                                       grant.expiresAt, inetOrNothing(grant.ipAddress), grant.userAgent, grant.locale});
    if (added == 0) throw Conflict("oauth2_device_code_grant.add: the user code is in use", "oauth2_device_code_grant_user_code_key");
}

constexpr Query kFind{"oauth2_device_code_grant.find", "SELECT " GRANT_COLUMNS FROM_GRANTS "WHERE oauth2_device_code_grant_id = $1::uuid"};

std::optional<DeviceCodeGrant> PgDeviceCodeGrantRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readGrant); }

constexpr Query kFindByDeviceCode{"oauth2_device_code_grant.find_by_device_code",
                                  "SELECT " GRANT_COLUMNS FROM_GRANTS "WHERE device_code = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<DeviceCodeGrant> PgDeviceCodeGrantRepository::findByDeviceCode(std::string_view deviceCode) {
    if (!presentable(deviceCode)) return std::nullopt;
    return connection_.one(kFindByDeviceCode, {deviceCode, tokenDigest(deviceCode)}, readGrant);
}

constexpr Query kFindByUserCode{"oauth2_device_code_grant.find_by_user_code", "SELECT " GRANT_COLUMNS FROM_GRANTS "WHERE user_code = $1::text"};

std::optional<DeviceCodeGrant> PgDeviceCodeGrantRepository::findByUserCode(std::string_view userCode) { return connection_.one(kFindByUserCode, {userCode}, readGrant); }

// The scope that was granted takes the place of the one that was asked for: nobody needs that any more, and MAS grants what stands there.
constexpr Query kFulfil{"oauth2_device_code_grant.fulfil", R"sql(
    WITH fulfilled AS (
        UPDATE oauth2_device_code_grant
           SET fulfilled_at = )sql" LATCHKEY_INSTANT("$4") R"sql(, user_session_id = $2::uuid, locale = coalesce($3::text, locale), scope = coalesce($5::text, scope)
         WHERE oauth2_device_code_grant_id = $1::uuid AND expires_at > )sql" LATCHKEY_INSTANT("$4") " AND " PENDING R"sql(
        RETURNING oauth2_device_code_grant_id),
    lifetime AS (
        INSERT INTO latchkey_device_code_grants (oauth2_device_code_grant_id, access_token_lifetime_seconds)
        SELECT oauth2_device_code_grant_id, $6::bigint FROM fulfilled WHERE $6::bigint IS NOT NULL)
    SELECT FROM fulfilled)sql"};

bool PgDeviceCodeGrantRepository::fulfil(const Ulid& id, const Ulid& browserSessionId, const DeviceApproval& approval, Instant now) {
    const auto scope = approval.scope ? std::optional(approval.scope->text()) : std::nullopt;
    const auto done = connection_.one(kFulfil, {id, browserSessionId, approval.locale, now, scope, lifetimeSeconds(approval.accessTokenLifetime)}, [](const Row&) { return true; });
    return done.has_value();
}

constexpr Query kReject{"oauth2_device_code_grant.reject", R"sql(
    UPDATE oauth2_device_code_grant SET rejected_at = )sql" LATCHKEY_INSTANT("$3") R"sql(, user_session_id = $2::uuid
     WHERE oauth2_device_code_grant_id = $1::uuid AND expires_at > )sql" LATCHKEY_INSTANT("$3") " AND " PENDING};

bool PgDeviceCodeGrantRepository::reject(const Ulid& id, const Ulid& browserSessionId, Instant now) { return connection_.exec(kReject, {id, browserSessionId, now}) == 1; }

constexpr Query kExchange{"oauth2_device_code_grant.exchange", R"sql(
    UPDATE oauth2_device_code_grant SET exchanged_at = )sql" LATCHKEY_INSTANT("$3") R"sql(, oauth2_session_id = $2::uuid
     WHERE oauth2_device_code_grant_id = $1::uuid AND expires_at > )sql" LATCHKEY_INSTANT("$3") R"sql(
       AND fulfilled_at IS NOT NULL AND rejected_at IS NULL AND exchanged_at IS NULL)sql"};

bool PgDeviceCodeGrantRepository::exchange(const Ulid& id, const Ulid& sessionId, Instant now) { return connection_.exec(kExchange, {id, sessionId, now}) == 1; }

// Of several at once each sees the one that was written before it.
constexpr Query kPoll{"oauth2_device_code_grant.poll", R"sql(
    INSERT INTO latchkey_device_code_polls AS last (oauth2_device_code_grant_id, polled_at) VALUES ($1::uuid, )sql" LATCHKEY_INSTANT("$3") R"sql()
        ON CONFLICT (oauth2_device_code_grant_id) DO UPDATE SET previously_at = last.polled_at, polled_at = greatest(last.polled_at, excluded.polled_at)
    RETURNING previously_at IS NULL OR previously_at + $2::bigint * interval '1 microsecond' <= )sql" LATCHKEY_INSTANT("$3")};

bool PgDeviceCodeGrantRepository::poll(const Ulid& id, Duration interval, Instant now) {
    return connection_.one(kPoll, {id, interval.us, now}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

}  // namespace latchkey::pg
