// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/server_facts.h"

#include "plugins/storage-postgres/connection.h"

#include <libpq-fe.h>

#include <ctime>

namespace latchkey::pg {

namespace {

constexpr Query kFacts{"server.facts", R"sql(
    SELECT current_setting('server_version'),
           pg_encoding_to_char(d.encoding),
           d.datname::text,
           current_user::text,
           coalesce(current_schema()::text, ''),
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
           (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
               OR (current_setting('server_version_num')::int >= 130000 AND has_database_privilege(current_database(), 'CREATE')),
           pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,
           coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
           NOT coalesce(inet_server_addr() <<= '127.0.0.0/8'::inet OR inet_server_addr() = '::1'::inet
                        OR inet_server_addr() = inet_client_addr(), true),
           current_setting('max_connections')::bigint,
           current_setting('superuser_reserved_connections')::bigint,
           (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL OR usesysid IS NOT NULL),
           (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user),
           d.datconnlimit
      FROM pg_database d WHERE d.datname = current_database())sql"};

constexpr Query kClock{"server.clock", "SELECT " LATCHKEY_MICROS("clock_timestamp()")};

std::int64_t hostClockUs() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * std::int64_t(1'000'000) + now.tv_nsec / 1000;
}

ServerFacts readFacts(const Row& row) {
    ServerFacts facts;
    facts.version = row.text(0);
    facts.encoding = row.text(1);
    facts.database = row.text(2);
    facts.user = row.text(3);
    facts.schema = row.text(4);
    facts.canCreate = row.boolean(5);
    facts.mayInstallTrgm = row.boolean(6);
    facts.readOnly = row.boolean(7);
    facts.tls = row.boolean(8);
    facts.remote = row.boolean(9);
    facts.maxConnections = row.int64(10);
    facts.reservedConnections = row.int64(11);
    facts.usedConnections = row.int64(12);
    facts.roleLimit = row.int64(13);
    facts.databaseLimit = row.int64(14);
    return facts;
}

}  // namespace

ServerFacts readServerFacts(Connection& connection) {
    ServerFacts facts = connection.one(kFacts, {}, readFacts).value();
    facts.versionNumber = connection.serverVersion();
    // Behind a pooler the server sees the pooler's connection, not ours.
    facts.tls = PQsslInUse(connection.raw()) != 0;
    const std::int64_t before = hostClockUs();
    const std::int64_t there = connection.one(kClock, {}, [](const Row& row) { return row.int64(0); }).value();
    facts.clockAheadUs = there - (before + hostClockUs()) / 2;
    return facts;
}

std::string oldVersionWarning(const ServerFacts& facts) {
    if (facts.versionNumber >= kOldestTestedVersion) return {};
    return "PostgreSQL " + facts.version + " is older than 13, the oldest version that is tested: it may work, but plan an upgrade";
}

}  // namespace latchkey::pg
