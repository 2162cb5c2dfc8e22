// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <thread>

namespace latchkey::pg {

namespace {

constexpr Query kInsert{"test.insert", "INSERT INTO accounts VALUES ($1::int, $2::text)"};
constexpr Query kNote{"test.note", "INSERT INTO notes VALUES ($1::int)"};
constexpr Query kTouch{"test.touch", "UPDATE accounts SET name = name || '+' WHERE id = $1::int"};
constexpr Query kRead{"test.read", "SELECT count(*) FROM accounts"};
constexpr Query kSleep{"test.sleep", "SELECT pg_sleep(600)"};
constexpr Query kLockNow{"test.lock_now", "SELECT id FROM accounts WHERE id = $1::int FOR UPDATE NOWAIT"};

}  // namespace

/// Each SQLSTATE that the service must tell apart, brought about for real.
class SqlStateTest : public PgFixture {
    CPPUNIT_TEST_SUITE(SqlStateTest);
    CPPUNIT_TEST(aDuplicateIsAConflictWithItsConstraint);
    CPPUNIT_TEST(whatRefersToNothingIsABrokenReference);
    CPPUNIT_TEST(otherViolationsAreErrors);
    CPPUNIT_TEST(lockTimeoutsAreBusy);
    CPPUNIT_TEST(statementTimeoutsAndCancelsAreBusy);
    CPPUNIT_TEST(serializationFailuresAreBusy);
    CPPUNIT_TEST(aDeadlockIsBusyForOneOfThem);
    CPPUNIT_TEST(anEndedSessionIsDown);
    CPPUNIT_TEST(aCrashIsDown);
    CPPUNIT_TEST(aReadOnlyServerIsAnErrorWithAdvice);
    CPPUNIT_TEST(aMissingPrivilegeIsAnErrorWithAdvice);
    CPPUNIT_TEST(aMissingTableIsAnErrorWithAdvice);
    CPPUNIT_TEST(wrongValuesAreNotRepeated);
    CPPUNIT_TEST(anExhaustedServerIsBusy);
    CPPUNIT_TEST(anIdleTransactionTimeoutIsDown);
    CPPUNIT_TEST_SUITE_END();

    void requireThrown(const std::string& start, const std::string& sqlState, const std::string& thrown) const {
        requireStart(start, thrown);
        requireHolds("SQLSTATE " + sqlState, thrown);
    }
    static void set(Connection& connection, const std::string& setting) { connection.script("test.set", "SET " + setting); }

public:
    void setUp() override {
        PgFixture::setUp();
        admin("CREATE TABLE accounts (id int CONSTRAINT accounts_key PRIMARY KEY, name text NOT NULL CHECK (name <> 'forbidden')); INSERT INTO accounts VALUES (1, 'a'), (2, 'b')");
    }

    void aDuplicateIsAConflictWithItsConstraint() {
        Connection connection(options());
        try {
            connection.exec(kInsert, {1, "hidden"});
            CPPUNIT_FAIL("there were two");
        } catch (const Conflict& conflict) {
            CPPUNIT_ASSERT_EQUAL(std::string("accounts_key"), conflict.constraint());
            requireThrown("Conflict: test.insert", "23505", typeAndMessage(conflict));
            CPPUNIT_ASSERT(std::string(conflict.what()).find("hidden") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kRead));
    }

    void whatRefersToNothingIsABrokenReference() {
        Connection connection(options());
        const std::pair<const char*, bool> constraints[] = {{"notes_client_id_fkey", true}, {"notes_client_fkey", true}, {"notes_fkey", false}};
        for (const auto& [constraint, toClient] : constraints) {
            admin("CREATE TABLE notes (account int CONSTRAINT " + std::string(constraint) + " REFERENCES accounts)");
            try {
                connection.exec(kNote, {77});
                CPPUNIT_FAIL("there is no such account");
            } catch (const BrokenReference& broken) {
                CPPUNIT_ASSERT_EQUAL(std::string(constraint), broken.constraint());
                CPPUNIT_ASSERT_EQUAL(toClient, broken.toClient());
                requireThrown("BrokenReference: test.note", "23503", typeAndMessage(broken));
            }
            admin("DROP TABLE notes");
        }
    }

    void otherViolationsAreErrors() {
        Connection connection(options());
        requireThrown("StorageError: test.insert", "23502", thrownBy([&] { connection.exec(kInsert, {3, nullptr}); }));
        requireThrown("StorageError: test.insert", "23514", thrownBy([&] { connection.exec(kInsert, {3, "forbidden"}); }));
    }

    void lockTimeoutsAreBusy() {
        Connection holder(options());
        holder.begin();
        holder.exec(kTouch, {1});
        Connection waiter(options());
        requireThrown("StorageBusy: test.lock_now", "55P03", thrownBy([&] { waiter.exec(kLockNow, {1}); }));
        set(waiter, "lock_timeout = '50ms'");
        requireThrown("StorageBusy: test.touch", "55P03", thrownBy([&] { waiter.exec(kTouch, {1}); }));
        CPPUNIT_ASSERT(waiter.usable());
    }

    void statementTimeoutsAndCancelsAreBusy() {
        Connection hasty(options());
        set(hasty, "statement_timeout = '50ms'");
        requireThrown("StorageBusy: test.sleep", "57014", thrownBy([&] { hasty.exec(kSleep); }));
        Connection connection(options());
        std::thread canceller([&] {
            test::eventually([&] { return admin("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") != "0"; }, kLong);
        });
        const std::string thrown = thrownBy([&] { connection.exec(kSleep); });
        canceller.join();
        requireThrown("StorageBusy: test.sleep", "57014", thrown);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kRead));
    }

    void serializationFailuresAreBusy() {
        Connection first(options());
        Connection second(options());
        for (Connection* each : {&first, &second}) {
            set(*each, "default_transaction_isolation = 'repeatable read'");
            each->begin();
            number(*each, kRead);
        }
        first.exec(kTouch, {1});
        first.commit();
        requireThrown("StorageBusy: test.touch", "40001", thrownBy([&] { second.exec(kTouch, {1}); }));
    }

    void aDeadlockIsBusyForOneOfThem() {
        Connection first(options());
        Connection second(options());
        for (Connection* each : {&first, &second}) {
            set(*each, "deadlock_timeout = '50ms'");
            each->begin();
        }
        first.exec(kTouch, {1});
        second.exec(kTouch, {2});
        std::string fromFirst;
        std::thread other([&] { fromFirst = thrownBy([&] { first.exec(kTouch, {2}); }); first.rollback(); });
        const std::string fromSecond = thrownBy([&] { second.exec(kTouch, {1}); });
        second.rollback();
        other.join();
        const bool one = (fromFirst == "nothing") != (fromSecond == "nothing");
        CPPUNIT_ASSERT_MESSAGE(fromFirst + " / " + fromSecond, one);
        requireThrown("StorageBusy: test.touch", "40P01", fromFirst == "nothing" ? fromSecond : fromFirst);
    }

    void anEndedSessionIsDown() {
        Connection connection(options());
        number(connection, kRead);
        terminate(connection.backendPid());
        requireStart("StorageDown: test.read", thrownBy([&] { number(connection, kRead); }));  // with or without what the server said last
        CPPUNIT_ASSERT(!connection.usable());
    }

    void aCrashIsDown() {
        test::Postgres own;
        Connection connection(ConnectOptions::parse(own.conninfo("postgres")));
        std::thread killer([&] {
            test::eventually([&] { return own.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1"; }, kLong);
            own.stop(test::Postgres::Stop::immediate);
        });
        const std::string thrown = thrownBy([&] { connection.exec(kSleep); });
        killer.join();
        requireStart("StorageDown: test.sleep", thrown);
        const std::string refused = thrownBy([&] { Connection(ConnectOptions::parse(own.conninfo("postgres"))); });
        requireStart("StorageDown: cannot connect", refused);
    }

    void aReadOnlyServerIsAnErrorWithAdvice() {
        Connection connection(options());
        set(connection, "default_transaction_read_only = on");
        const std::string thrown = thrownBy([&] { connection.exec(kInsert, {3, "c"}); });
        requireThrown("StorageError: test.insert", "25006", thrown);
        requireHolds("target_session_attrs=read-write", thrown);
    }

    void aMissingPrivilegeIsAnErrorWithAdvice() {
        server().createRole("stranger");
        Connection connection(options("stranger"));
        const std::string thrown = thrownBy([&] { number(connection, kRead); });
        requireThrown("StorageError: test.read", "42501", thrown);
        requireHolds("grant it", thrown);
    }

    void aMissingTableIsAnErrorWithAdvice() {
        admin("DROP TABLE accounts");
        Connection connection(options());
        const std::string thrown = thrownBy([&] { number(connection, kRead); });
        requireThrown("StorageError: test.read", "42P01", thrown);
        requireHolds("database status", thrown);
    }

    void wrongValuesAreNotRepeated() {
        Connection connection(options());
        constexpr Query kUuid{"test.uuid", "SELECT $1::uuid"};
        constexpr Query kInet{"test.inet", "SELECT $1::inet"};
        constexpr Query kJson{"test.json", "SELECT $1::jsonb"};
        constexpr Query kText{"test.text", "SELECT $1::text"};
        for (const auto& [query, value] : {std::pair{kUuid, "hidden"}, {kInet, "hidden"}, {kJson, "{\"hidden"}, {kJson, "\"hidden\\u0000\""}, {kText, "hidden\xff"}}) {
            const std::string thrown = thrownBy([&] { connection.exec(query, {value}); });
            requireStart(std::string("StorageError: ") + query.name, thrown);
            requireHolds("SQLSTATE 22", thrown);
            CPPUNIT_ASSERT_MESSAGE(thrown, thrown.find("hidden") == std::string::npos);
        }
    }

    void anExhaustedServerIsBusy() {
        server().createRole("lonely", "LOGIN CONNECTION LIMIT 1");
        Connection only(options("lonely"));
        const std::string thrown = thrownBy([&] { Connection(options("lonely")); });
        requireStart("StorageBusy: cannot connect", thrown);
        requireHolds("max_connections", thrown);
    }

    void anIdleTransactionTimeoutIsDown() {
        Connection connection(options());
        set(connection, "idle_in_transaction_session_timeout = '20ms'");
        connection.begin();
        CPPUNIT_ASSERT(test::eventually([&] { return !connection.quiet(); }, kLong));
        const std::string thrown = thrownBy([&] { number(connection, kRead); });
        CPPUNIT_ASSERT_MESSAGE(thrown, thrown.starts_with("StorageDown: test.read"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SqlStateTest);

}  // namespace latchkey::pg
