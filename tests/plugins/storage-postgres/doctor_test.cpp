// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/doctor.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

namespace latchkey::pg {

namespace {

struct Lines final : DoctorCheck::Report {
    void ok(const std::string& what) override { text += "ok " + what + "\n"; }
    void warn(const std::string& what, const std::string& cure) override { text += "warn " + what + " -> " + cure + "\n"; }
    void fail(const std::string& what, const std::string& cure) override { text += "fail " + what + " -> " + cure + "\n"; }
    std::string text;
};

}  // namespace

/// Whether what a process takes fits what the server gives.
class ConnectionsCheckTest : public PgFixture {
    CPPUNIT_TEST_SUITE(ConnectionsCheckTest);
    CPPUNIT_TEST(countsWhatStandsBesideThePool);
    CPPUNIT_TEST(comparesTheRolesLimit);
    CPPUNIT_TEST_SUITE_END();

    std::string examine(std::int64_t pool, const std::string& role = "postgres") {
        PoolLimits limits;
        limits.maxConnections = static_cast<std::uint32_t>(pool);
        const ConnectOptions way = options(role);
        Lines lines;
        ServerCheck(way, limits).run(lines);
        return lines.text;
    }
    std::int64_t setting(const char* name) {
        Connection connection(options());
        constexpr Query kSetting{"test.setting", "SELECT current_setting($1::text)::bigint"};
        return connection.one(kSetting, {name}, [](const Row& row) { return row.int64(0); }).value_or(0);
    }

    void countsWhatStandsBesideThePool() {
        const std::int64_t usable = setting("max_connections") - setting("superuser_reserved_connections");
        requireHolds("each process may take " + std::to_string(usable + 1) + " connections (its pool, and 2 more)", examine(usable - 1));
        requireHolds("fail each process may take", examine(usable - 1));
        CPPUNIT_ASSERT(examine(1).find("ok each process may take 3 connections") != std::string::npos);
    }

    void comparesTheRolesLimit() {
        server().createRole("bounded", "LOGIN SUPERUSER CONNECTION LIMIT 11");
        requireHolds("warn role bounded may have 11 connections at most, each process wants 12", examine(10, "bounded"));
        CPPUNIT_ASSERT(examine(9, "bounded").find("role bounded may have") == std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionsCheckTest);

}  // namespace latchkey::pg
