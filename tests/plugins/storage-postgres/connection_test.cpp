// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"
#include "tests/support/tcp_relay.h"

#include <libpq-fe.h>
#include <thread>

namespace latchkey::pg {

namespace {

constexpr Query kAnswer{"test.answer", "SELECT 42"};
constexpr Query kSum{"test.sum", "SELECT $1::bigint + $2::bigint"};
constexpr Query kMany{"test.many", "SELECT generate_series(1, 3)"};
constexpr Query kAdd{"test.add", "INSERT INTO counters VALUES ($1::bigint)"};
constexpr Query kCount{"test.count", "SELECT count(*) FROM counters"};
constexpr Query kDeleteAll{"test.delete_all", "DELETE FROM counters"};
constexpr Query kBroken{"test.broken", "SELECT 1 / $1::int"};
constexpr Query kSleep{"test.sleep", "SELECT pg_sleep(600)"};

}  // namespace

class ConnectionTest : public PgFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(takesOneRoundTripForEachQuery);
    CPPUNIT_TEST(takesOneRoundTripWithoutAStatementCache);
    CPPUNIT_TEST(sendsNothingForATransactionThatNeverBegan);
    CPPUNIT_TEST(oneMeansOneAtMost);
    CPPUNIT_TEST(execCountsTheRowsAndExecOneInsists);
    CPPUNIT_TEST(commitOfAFailedTransactionThrows);
    CPPUNIT_TEST(commitOnALostConnectionThrows);
    CPPUNIT_TEST(rollbackLeavesTheConnectionUsable);
    CPPUNIT_TEST(scriptsRunWholeOrFailWithTheirName);
    CPPUNIT_TEST(aLostConnectionIsDownAndUnusable);
    CPPUNIT_TEST(noticesSilentlyThatTheServerEndedTheSession);
    CPPUNIT_TEST(aPingOfASilentServerEnds);
    CPPUNIT_TEST(theSessionHasTheSettingsThatValuesNeed);
    CPPUNIT_TEST_SUITE_END();

    void makeTable() const { admin("CREATE TABLE counters (n bigint PRIMARY KEY)"); }

    static int tripsOf(const test::TcpRelay& relay, const std::function<void()>& action) {
        const int before = relay.roundTrips();
        action();
        return relay.roundTrips() - before;
    }

    void checkRoundTrips(std::size_t statementCache) const {
        const test::TcpRelay relay(server().port());
        ConnectOptions through = ConnectOptions::parse("postgresql://postgres@127.0.0.1:" + std::to_string(relay.port()) + "/" + database());
        through.statementCache = statementCache;
        Connection connection(through);
        const auto sum = [&] { CPPUNIT_ASSERT_EQUAL(std::int64_t(5), number(connection, kSum, {2, 3})); };
        for (const char* use : {"first", "second", "third"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(use, 1, tripsOf(relay, sum));

        for (const char* use : {"first", "second"}) {
            connection.beginWithNextStatement();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string("BEGIN with the statement, ") + use, 1, tripsOf(relay, [&] { connection.exec(kAdd, {1}); }));
            CPPUNIT_ASSERT(connection.inTransaction());
            CPPUNIT_ASSERT_EQUAL(1, tripsOf(relay, [&] { CPPUNIT_ASSERT_EQUAL(std::int64_t(1), connection.exec(kDeleteAll)); }));
            CPPUNIT_ASSERT_EQUAL(1, tripsOf(relay, [&] { connection.commit(); }));
        }
        CPPUNIT_ASSERT_EQUAL(1, tripsOf(relay, [&] { connection.ping(kLong); }));
        CPPUNIT_ASSERT_EQUAL(0, tripsOf(relay, [&] { CPPUNIT_ASSERT(connection.quiet()); }));
    }

public:
    void takesOneRoundTripForEachQuery() {
        makeTable();
        checkRoundTrips(100);
        checkRoundTrips(1);  // each statement takes the place of another
    }

    void takesOneRoundTripWithoutAStatementCache() {
        makeTable();
        checkRoundTrips(0);
    }

    void sendsNothingForATransactionThatNeverBegan() {
        const test::TcpRelay relay(server().port());
        Connection connection(ConnectOptions::parse("postgresql://postgres@127.0.0.1:" + std::to_string(relay.port()) + "/" + database()));
        const int trips = tripsOf(relay, [&] {
            connection.beginWithNextStatement();
            connection.commit();
            connection.beginWithNextStatement();
            connection.rollback();
        });
        CPPUNIT_ASSERT_EQUAL(0, trips);
        connection.exec(kAnswer);
        CPPUNIT_ASSERT(!connection.inTransaction());
    }

    void oneMeansOneAtMost() {
        Connection connection(options());
        constexpr Query kNone{"test.none", "SELECT 1 WHERE false"};
        CPPUNIT_ASSERT(!connection.one(kNone, {}, [](const Row& row) { return row.int32(0); }));
        requireStart("StorageInconsistent: test.many", thrownBy([&] { number(connection, kMany); }));
        CPPUNIT_ASSERT(connection.all(kMany, {}, [](const Row& row) { return row.int32(0); }) == (std::vector<int>{1, 2, 3}));
        requireStart("StorageInconsistent: test.answer: column", thrownBy([&] { connection.one(kAnswer, {}, [](const Row& row) { return row.ulid(0); }); }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(42), number(connection, kAnswer));
    }

    void execCountsTheRowsAndExecOneInsists() {
        makeTable();
        Connection connection(options());
        for (const int n : {1, 2}) connection.execOne(kAdd, {n});
        requireStart("StorageInconsistent: test.delete_all: 2 rows", thrownBy([&] { connection.execOne(kDeleteAll); }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), connection.exec(kDeleteAll));
        requireStart("StorageInconsistent: test.delete_all: 0 rows", thrownBy([&] { connection.execOne(kDeleteAll); }));
    }

    void commitOfAFailedTransactionThrows() {
        makeTable();
        Connection connection(options());
        connection.beginWithNextStatement();
        connection.exec(kAdd, {7});
        requireStart("StorageError: test.broken", thrownBy([&] { connection.exec(kBroken, {0}); }));
        requireStart("StorageError: test.count", thrownBy([&] { number(connection, kCount); }));
        requireStart("StorageError: db.commit: the server rolled back", thrownBy([&] { connection.commit(); }));
        CPPUNIT_ASSERT(!connection.inTransaction() && connection.usable());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), number(connection, kCount));
    }

    void commitOnALostConnectionThrows() {
        makeTable();
        Connection connection(options());
        connection.beginWithNextStatement();
        connection.exec(kAdd, {7});
        terminate(connection.backendPid());
        requireStart("StorageDown: db.commit", thrownBy([&] { connection.commit(); }));
        CPPUNIT_ASSERT(!connection.usable());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), admin("SELECT count(*) FROM counters"));
    }

    void rollbackLeavesTheConnectionUsable() {
        makeTable();
        Connection connection(options());
        connection.begin();
        connection.exec(kAdd, {7});
        requireStart("StorageError", thrownBy([&] { connection.exec(kBroken, {0}); }));
        connection.rollback();
        CPPUNIT_ASSERT(connection.usable() && !connection.inTransaction());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), number(connection, kCount));
    }

    void scriptsRunWholeOrFailWithTheirName() {
        Connection connection(options());
        connection.script("test.script", "CREATE TABLE counters (n bigint); INSERT INTO counters VALUES (1), (2)");
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kCount));
        const std::string refused = thrownBy([&] { connection.script("test.script", "INSERT INTO counters VALUES (3); SELECT nonsense"); });
        requireStart("StorageError: test.script", refused);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kCount));
        connection.beginWithNextStatement();
        connection.script("test.script", "INSERT INTO counters VALUES (3)");
        CPPUNIT_ASSERT(connection.inTransaction());
        connection.rollback();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kCount));
    }

    void aLostConnectionIsDownAndUnusable() {
        Connection connection(options());
        std::thread killer([&] {
            test::eventually([&] { return admin("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1"; }, kLong);
            terminate(connection.backendPid());
        });
        const std::string during = thrownBy([&] { connection.exec(kSleep); });
        killer.join();
        requireStart("StorageDown: test.sleep", during);
        requireHolds("SQLSTATE 57P01", during);
        CPPUNIT_ASSERT(!connection.usable() && !connection.quiet());
        requireStart("StorageDown: test.answer", thrownBy([&] { connection.exec(kAnswer); }));
        requireStart("StorageDown: db.ping", thrownBy([&] { connection.ping(kLong); }));
        connection.rollback();
    }

    void noticesSilentlyThatTheServerEndedTheSession() {
        Connection connection(options());
        CPPUNIT_ASSERT(connection.quiet());
        terminate(connection.backendPid());
        CPPUNIT_ASSERT(test::eventually([&] { return !connection.quiet(); }, kLong));
        requireStart("StorageDown", thrownBy([&] { connection.ping(kLong); }));
    }

    void aPingOfASilentServerEnds() {
        test::TcpRelay relay(server().port());
        Connection connection(ConnectOptions::parse("postgresql://postgres@127.0.0.1:" + std::to_string(relay.port()) + "/" + database()));
        connection.ping(kLong);
        relay.silence();
        requireHolds("no answer", thrownBy([&] { connection.ping(200); }));
        CPPUNIT_ASSERT(!connection.usable());
    }

    void theSessionHasTheSettingsThatValuesNeed() {
        server().sql("ALTER DATABASE " + database() + " SET TimeZone = 'Asia/Kathmandu'; ALTER DATABASE " + database() + " SET DateStyle = 'German'");
        Connection connection(options());
        constexpr Query kTime{"test.time", "SELECT timestamptz '1999-01-02 00:00:00+00' || ' ' || current_setting('client_encoding')"};
        CPPUNIT_ASSERT_EQUAL(std::string("1999-01-02 00:00:00+00 UTF8"), word(connection, kTime));
        CPPUNIT_ASSERT(!connection.proxied() && connection.poco() != nullptr);
        CPPUNIT_ASSERT_EQUAL(server().major(), connection.serverVersion() / 10000);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

}  // namespace latchkey::pg
