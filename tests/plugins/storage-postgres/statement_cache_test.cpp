// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include <libpq-fe.h>

namespace latchkey::pg {

namespace {

constexpr Query kAll{"test.all", "SELECT * FROM things"};
constexpr Query kOne{"test.one", "SELECT 1"};
constexpr Query kTwo{"test.two", "SELECT 2"};
constexpr Query kThree{"test.three", "SELECT 3"};
constexpr Query kPrepared{"test.prepared", "SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM pg_prepared_statements WHERE name <> 'test.prepared'"};

}  // namespace

/// Prepared statements: kept, replaced, and prepared again when the server has lost them.
class PreparedStatementsTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PreparedStatementsTest);
    CPPUNIT_TEST(areKeptAndTheLeastRecentlyUsedGoes);
    CPPUNIT_TEST(noneAreKeptWithoutACache);
    CPPUNIT_TEST(surviveAChangeOfTheirTable);
    CPPUNIT_TEST(surviveAChangeWithTheirOwnTransaction);
    CPPUNIT_TEST(surviveAChangeInTheMiddleOfATransaction);
    CPPUNIT_TEST(surviveBeingForgotten);
    CPPUNIT_TEST(surviveBeingForgottenWithAFullCache);
    CPPUNIT_TEST(surviveBeingForgottenInTheMiddleOfATransaction);
    CPPUNIT_TEST(replaceWhatSomebodyElseLeftUnderTheirName);
    CPPUNIT_TEST(areNotKeptIfTheyCannotBePrepared);
    CPPUNIT_TEST_SUITE_END();

    ConnectOptions withCache(std::size_t capacity) const {
        ConnectOptions limited = options();
        limited.statementCache = capacity;
        return limited;
    }
    static void raw(const Connection& connection, const std::string& sql) { PQclear(PQexec(connection.raw(), sql.c_str())); }
    static std::size_t columns(Connection& connection) {
        return connection.one(kAll, {}, [](const Row& row) { return row.text(0).size() + (row.isNull(0) ? 0 : 1); }).value();
    }
    // The answer has one column more after each.
    void alter(const char* column) const { admin(std::string("ALTER TABLE things ADD ") + column + " int DEFAULT 0"); }
    void makeTable() const { admin("CREATE TABLE things (name text); INSERT INTO things VALUES ('a')"); }

public:
    void areKeptAndTheLeastRecentlyUsedGoes() {
        Connection connection(withCache(3));
        for (const Query& query : {kOne, kTwo, kOne, kPrepared}) connection.exec(query);
        CPPUNIT_ASSERT_EQUAL(std::string("test.one test.two"), word(connection, kPrepared));
        connection.exec(kThree);
        CPPUNIT_ASSERT_EQUAL(std::string("test.one test.three"), word(connection, kPrepared));
    }

    void noneAreKeptWithoutACache() {
        Connection connection(withCache(0));
        for (const Query& query : {kOne, kTwo, kOne}) connection.exec(query);
        CPPUNIT_ASSERT_EQUAL(std::string(), word(connection, kPrepared));
    }

    void surviveAChangeOfTheirTable() {
        makeTable();
        Connection connection(options());
        for (const char* column : {"b", "c", "d"}) {
            CPPUNIT_ASSERT_EQUAL(std::size_t(2), columns(connection));
            alter(column);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), columns(connection));
    }

    void surviveAChangeWithTheirOwnTransaction() {
        makeTable();
        Connection connection(options());
        columns(connection);
        alter("b");
        connection.beginWithNextStatement();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), columns(connection));
        CPPUNIT_ASSERT(connection.inTransaction());
        connection.commit();
    }

    // There the transaction is lost, but the next one must not be.
    void surviveAChangeInTheMiddleOfATransaction() {
        makeTable();
        Connection connection(options());
        columns(connection);
        alter("b");
        for (const bool lost : {true, false}) {
            connection.beginWithNextStatement();
            connection.exec(kOne);
            const std::string thrown = thrownBy([&] { columns(connection); });
            requireStart(lost ? "StorageError: test.all" : "nothing", thrown);
            connection.rollback();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), columns(connection));
    }

    void surviveBeingForgotten() {
        Connection connection(options());
        for (const char* forget : {"DEALLOCATE ALL", "DISCARD ALL", "DEALLOCATE \"test.one\""}) {
            connection.exec(kOne);
            connection.exec(kTwo);
            raw(connection, forget);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(forget, std::int64_t(1), number(connection, kOne));
            raw(connection, forget);
            connection.beginWithNextStatement();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(forget, std::int64_t(1), number(connection, kOne));
            CPPUNIT_ASSERT(connection.inTransaction());
            connection.rollback();
        }
    }

    void surviveBeingForgottenWithAFullCache() {
        Connection connection(withCache(2));
        connection.exec(kOne);
        connection.exec(kTwo);
        raw(connection, "DISCARD ALL");
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), number(connection, kThree));
        connection.beginWithNextStatement();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), number(connection, kOne));
        CPPUNIT_ASSERT(connection.inTransaction());
        connection.rollback();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), number(connection, kTwo));
    }

    void surviveBeingForgottenInTheMiddleOfATransaction() {
        Connection connection(options());
        connection.exec(kOne);
        connection.begin();
        raw(connection, "DEALLOCATE ALL");
        requireStart("StorageError: test.one", thrownBy([&] { connection.exec(kOne); }));
        connection.rollback();
        connection.begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), number(connection, kOne));
        connection.commit();
    }

    void replaceWhatSomebodyElseLeftUnderTheirName() {
        Connection connection(options());
        raw(connection, "PREPARE \"test.one\" AS SELECT 99");
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), number(connection, kOne));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), number(connection, kOne));
    }

    void areNotKeptIfTheyCannotBePrepared() {
        Connection connection(options());
        requireStart("StorageError: test.all", thrownBy([&] { columns(connection); }));
        makeTable();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), columns(connection));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PreparedStatementsTest);

}  // namespace latchkey::pg
