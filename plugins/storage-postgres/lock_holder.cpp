// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/lock_holder.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

// A lock with one bigint key shows its halves as classid and objid, and objsubid 1.
constexpr Query kHolder{"advisory.holder", R"sql(
    SELECT held.pid, coalesce(activity.application_name, ''), coalesce(activity.usename, ''),
           CASE WHEN activity.backend_start IS NULL THEN '' ELSE coalesce(host(activity.client_addr), 'local') END,
           coalesce(to_char(activity.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '')
      FROM pg_locks AS held LEFT JOIN pg_stat_activity AS activity ON activity.pid = held.pid
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (held.classid::bigint << 32) | held.objid::bigint = $1::bigint
     LIMIT 1)sql"};

LockHolder readHolder(const Row& row) {
    return {.pid = row.int32(0), .applicationName = row.text(1), .user = row.text(2), .address = row.text(3), .since = row.text(4)};
}

}  // namespace

std::string LockHolder::describe() const {
    std::string text = "process " + std::to_string(pid) + " of the database server (\"" + applicationName + "\"";
    if (!user.empty()) text += ", user " + user;
    if (!address.empty()) text += ", from " + address;
    if (!since.empty()) text += ", connected since " + since;
    return text + ")";
}

std::optional<LockHolder> lockHolder(Connection& connection, std::int64_t key) { return connection.one(kHolder, {key}, readHolder); }

}  // namespace latchkey::pg
