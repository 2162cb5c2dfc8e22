// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/queue/cleanup_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/queue/cleanup_statements.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

Param bound(const CleanupStatement& statement, Instant now) {
    const Instant limit = now - statement.age;
    if (statement.by == CleanupStatement::By::none) return nullptr;
    if (statement.by == CleanupStatement::By::time) return limit;
    return Ulid::make(limit, {});
}

}  // namespace

std::int64_t PgCleanupRepository::clean(std::string_view name, Instant now, int most) {
    std::int64_t removed = -1;
    for (const CleanupStatement& each : cleanupStatements()) {
        if (each.name != name) continue;
        removed = std::max(removed, connection_.one(each.query, {bound(each, now), most}, [](const Row& row) { return row.int64(0); }).value_or(0));
    }
    if (removed < 0) throw StorageError("cleanup: there is no clean-up named " + std::string(name));
    return removed;
}

// $1: since, as an id; $2: the same as a moment. Who registers the same again is given the same client, and that renews it.
#define LATCHKEY_SPARED(table, column, more) " AND NOT EXISTS (SELECT FROM " table " AS other WHERE other." column " = client.oauth2_client_id" more ")"
#define LATCHKEY_UNUSED                                                                                                        \
    "NOT client.is_static AND client.oauth2_client_id < $1::uuid"                                                             \
    LATCHKEY_SPARED("latchkey_client_registrations", "oauth2_client_id", " AND other.updated_at >= " LATCHKEY_INSTANT("$2"))  \
    LATCHKEY_SPARED("oauth2_sessions", "oauth2_client_id", "")                                                                \
    LATCHKEY_SPARED("oauth2_authorization_grants", "oauth2_client_id", "")                                                    \
    LATCHKEY_SPARED("oauth2_device_code_grant", "oauth2_client_id", "")                                                       \
    LATCHKEY_SPARED("personal_sessions", "owner_oauth2_client_id", "")                                                        \
    LATCHKEY_SPARED("latchkey_pushed_requests", "oauth2_client_id", "")                                                       \
    LATCHKEY_SPARED("latchkey_client_assertions", "oauth2_client_id", "")                                                     \
    LATCHKEY_SPARED("latchkey_consents", "oauth2_client_id", "")

// Whoever adds something of a client locks its row against removal (the foreign key does), so that it is passed over here, or waits.
// What was committed before that lock is seen by the second statement only: it looks again.
constexpr Query kLockUnused{"cleanup.lock_unused_clients",
                            "SELECT client.oauth2_client_id FROM oauth2_clients AS client WHERE " LATCHKEY_UNUSED
                            " ORDER BY client.oauth2_client_id LIMIT $3::bigint FOR UPDATE OF client SKIP LOCKED"};
constexpr Query kRemoveUnused{"cleanup.remove_unused_clients",
                              "DELETE FROM oauth2_clients AS client WHERE client.oauth2_client_id = ANY($3::uuid[]) AND " LATCHKEY_UNUSED};

std::int64_t PgCleanupRepository::removeUnusedClients(Instant since, int most) {
    const Ulid before = Ulid::make(since, {});
    const auto ids = connection_.all(kLockUnused, {before, since, most}, [](const Row& row) { return row.ulid(0).uuid(); });
    return ids.empty() ? 0 : connection_.exec(kRemoveUnused, {before, since, ids});
}

// Tokens of an OAuth session go with it. $1: since, $2: after, $3: how many, $4: now.
#define LATCHKEY_INACTIVE(table, key, more)                                                                                                  \
    "WITH old AS MATERIALIZED (SELECT " key " FROM " table " AS session WHERE finished_at IS NULL AND last_active_at < " LATCHKEY_INSTANT("$1") \
    " AND ($2::uuid IS NULL OR " key " > $2::uuid)" more " ORDER BY " key " LIMIT $3::bigint FOR UPDATE SKIP LOCKED), "                    \
    "ended AS (UPDATE " table " SET finished_at = " LATCHKEY_INSTANT("$4") " WHERE " key " IN (SELECT " key " FROM old) RETURNING " key ", user_id)"
#define LATCHKEY_ENDED(key) " SELECT " key ", user_id FROM ended ORDER BY " key

constexpr Query kExpireOAuth{"inactive.oauth2_sessions",
    LATCHKEY_INACTIVE("oauth2_sessions", "oauth2_session_id",
                      " AND user_id IS NOT NULL AND EXISTS (SELECT FROM oauth2_clients AS client"
                      " WHERE client.oauth2_client_id = session.oauth2_client_id AND NOT client.is_static)")
    ", access AS (UPDATE oauth2_access_tokens SET revoked_at = " LATCHKEY_INSTANT("$4")
    " WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM old) AND revoked_at IS NULL)"
    ", refresh AS (UPDATE oauth2_refresh_tokens SET revoked_at = " LATCHKEY_INSTANT("$4")
    " WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM old) AND revoked_at IS NULL AND consumed_at IS NULL)"
    LATCHKEY_ENDED("oauth2_session_id")};
constexpr Query kExpireCompat{"inactive.compat_sessions", LATCHKEY_INACTIVE("compat_sessions", "compat_session_id", "") LATCHKEY_ENDED("compat_session_id")};
constexpr Query kExpireBrowser{"inactive.user_sessions", LATCHKEY_INACTIVE("user_sessions", "user_session_id", "") LATCHKEY_ENDED("user_session_id")};

std::vector<InactiveSession> PgCleanupRepository::expire(InactiveKind kind, Instant unusedSince, const std::optional<Ulid>& after, int most, Instant now) {
    const Query& query = kind == InactiveKind::oauth2 ? kExpireOAuth : kind == InactiveKind::compat ? kExpireCompat : kExpireBrowser;
    return connection_.all(query, {unusedSince, after, most, now}, [](const Row& row) { return InactiveSession{.id = row.ulid(0), .userId = row.optionalUlid(1)}; });
}

}  // namespace latchkey::pg
