// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/pool.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <Poco/Data/Session.h>
#include <libpq-fe.h>

namespace latchkey::pg {

namespace {

constexpr Query kInsert{"test.insert", "INSERT INTO things VALUES (1)"};
constexpr Query kCount{"test.count", "SELECT count(*) FROM things"};
constexpr Query kSetting{"test.setting", "SELECT current_setting('lock_timeout')"};
constexpr Query kBroken{"test.broken", "SELECT 1 / $1::int"};

// Nothing of this may be there for the next user of a session.
constexpr Query kLeftovers{"test.leftovers", R"sql(
    SELECT concat_ws(' ', nullif(current_setting('lock_timeout'), '0'), nullif(current_setting('search_path'), '"$user", public'), nullif(current_setting('latchkey.mark', true), ''),
                     nullif(current_setting('transaction_isolation'), 'read committed'), nullif(current_setting('TimeZone'), 'UTC'),
                     (SELECT string_agg(c, ',') FROM pg_listening_channels() AS c),
                     (SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                     (SELECT 'temp' FROM pg_class WHERE relpersistence = 't' AND pg_table_is_visible(oid) LIMIT 1),
                     (SELECT string_agg(name, ',') FROM pg_cursors WHERE is_holdable),
                     (SELECT 'prepared' FROM pg_prepared_statements WHERE from_sql))sql" ")"};

}  // namespace

/// Nothing leaks from one user of a connection to the next. The pool has one connection, so the next user would meet all of it.
class PoolSessionsTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PoolSessionsTest);
    CPPUNIT_TEST(passesAConnectionOnAsItWas);
    CPPUNIT_TEST(noStatementLeavesItsMark);
    CPPUNIT_TEST(noStatementLeavesItsMarkWithoutACache);
    CPPUNIT_TEST(noScriptLeavesItsMark);
    CPPUNIT_TEST(settingsOfATransactionEndWithItAndCostNoConnection);
    CPPUNIT_TEST(anOpenTransactionIsRolledBack);
    CPPUNIT_TEST(aFailedTransactionIsRolledBack);
    CPPUNIT_TEST(anOwedBeginIsForgotten);
    CPPUNIT_TEST(sessionLocksEndWithTheirObjectOrTheConnection);
    CPPUNIT_TEST(whatIsTaintedIsClosed);
    CPPUNIT_TEST(pocosSessionIsTheSameConnection);
    CPPUNIT_TEST_SUITE_END();

    void checkNothingStays(const ConnectOptions& options) const {
        Pool pool(options, {.maxConnections = 1});
        std::uint64_t discarded = 0;
        for (const char* sql : {"SET lock_timeout = '7s'", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET TIME ZONE 'Asia/Tokyo'", "LISTEN somebody",
                                "SELECT set_config('latchkey.mark', 'here', false)", "SELECT pg_advisory_lock(77)", "SELECT pg_try_advisory_lock(78)", "CREATE TEMP TABLE mine (n int)",
                                "SELECT 1 AS n INTO TEMP mine", "PREPARE mine AS SELECT 1", "DECLARE mine CURSOR WITH HOLD FOR SELECT 1",
                                "DO $$ BEGIN PERFORM set_config('search_path', 'nowhere', false); END $$"}) {
            const Query query{"test.change", sql};
            pool.acquire()->exec(query);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(sql, std::string(), word(*pool.acquire(), kLeftovers));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(sql, ++discarded, pool.stats().discarded);
        }
    }

public:
    void setUp() override {
        PgFixture::setUp();
        admin("CREATE TABLE things (n int)");
    }

    void passesAConnectionOnAsItWas() {
        Pool pool(options(), {.maxConnections = 1});
        const int backend = pool.acquire()->backendPid();
        for (int i = 0; i < 5; ++i) {
            const Lease lease = pool.acquire();
            CPPUNIT_ASSERT_EQUAL(backend, lease->backendPid());
            lease->begin();
            lease->exec(kInsert);
            lease->commit();
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), word(*pool.acquire(), kLeftovers));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(0), pool.stats().discarded);
    }

    void noStatementLeavesItsMark() { checkNothingStays(options()); }

    void noStatementLeavesItsMarkWithoutACache() {
        ConnectOptions uncached = options();
        uncached.statementCache = 0;
        checkNothingStays(uncached);
    }

    void noScriptLeavesItsMark() {
        Pool pool(options(), {.maxConnections = 1});
        pool.acquire()->script("test.script", "SELECT 1; SET lock_timeout = '7s'; LISTEN somebody; SELECT 1");
        CPPUNIT_ASSERT_EQUAL(std::string(), word(*pool.acquire(), kLeftovers));
    }

    void settingsOfATransactionEndWithItAndCostNoConnection() {
        Pool pool(options(), {.maxConnections = 1});
        constexpr Query kLocal{"test.local", "SET LOCAL lock_timeout = '7s'"};
        constexpr Query kByFunction{"test.by_function", "SELECT set_config('search_path', $1::text, true)", SessionUse::undone};
        constexpr Query kIsolation{"test.isolation", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"};
        for (const bool commits : {true, false}) {
            {
                const Lease lease = pool.acquire();
                lease->beginWithNextStatement();
                lease->exec(kIsolation);
                lease->exec(kLocal);
                lease->exec(kByFunction, {"nowhere"});
                CPPUNIT_ASSERT_EQUAL(std::string("7s"), word(*lease, kSetting));
                if (commits) lease->commit();
            }
            CPPUNIT_ASSERT_EQUAL(std::string(), word(*pool.acquire(), kLeftovers));
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().connects);
    }

    void anOpenTransactionIsRolledBack() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            lease->begin();
            lease->exec(kInsert);
        }
        const Lease next = pool.acquire();
        CPPUNIT_ASSERT(!next->inTransaction());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), number(*next, kCount));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().connects);
    }

    void aFailedTransactionIsRolledBack() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            lease->beginWithNextStatement();
            lease->exec(kInsert);
            CPPUNIT_ASSERT_THROW(lease->exec(kBroken, {0}), StorageError);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), number(*pool.acquire(), kCount));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().connects);
    }

    void anOwedBeginIsForgotten() {
        Pool pool(options(), {.maxConnections = 1});
        pool.acquire()->beginWithNextStatement();
        pool.acquire()->exec(kInsert);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), admin("SELECT count(*) FROM things"));
    }

    void sessionLocksEndWithTheirObjectOrTheConnection() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            const SessionLock lock = SessionLock::acquire(*lease, 5);
            CPPUNIT_ASSERT_EQUAL(std::string("lock"), word(*lease, kLeftovers));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), word(*pool.acquire(), kLeftovers));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().connects);
    }

    void whatIsTaintedIsClosed() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            PQclear(PQexec(lease->raw(), "LISTEN somebody"));
            lease->taint();
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), word(*pool.acquire(), kLeftovers));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), pool.stats().discarded);
    }

    void pocosSessionIsTheSameConnection() {
        Pool pool(options(), {.maxConnections = 1});
        {
            const Lease lease = pool.acquire();
            CPPUNIT_ASSERT(lease->poco() != nullptr && lease->poco()->isConnected());
            lease->begin();
            *lease->poco() << "INSERT INTO things VALUES (9)", Poco::Data::Keywords::now;
            CPPUNIT_ASSERT_EQUAL(std::int64_t(1), number(*lease, kCount));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), number(*pool.acquire(), kCount));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolSessionsTest);

}  // namespace latchkey::pg
