// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migrator.h"
#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/unit_of_work.h"
#include "tests/contract/user_contract.h"
#include "tests/support/postgres.h"

namespace latchkey::contract {

namespace {

constexpr std::uint32_t kConnections = 3;

std::string migrated(test::Postgres& server) {
    std::string name = server.createDatabase();
    pg::Connection connection(pg::ConnectOptions::parse(server.conninfo(name)));
    pg::Migrator(connection, pg::MigrationSet::shipped()).migrate();
    return name;
}

std::string copyOfMigrated(test::Postgres& server) {
    static const std::string original = migrated(server);
    return server.createDatabase(original);
}

class PgStoreUnderTest final : public StoreUnderTest {
public:
    explicit PgStoreUnderTest(test::Postgres& server)
        : server_(server), database_(copyOfMigrated(server)), pool_(options(), {.maxConnections = kConnections, .acquireTimeout = 60}), store_(pool_),
          impatientPool_(options(), {.maxConnections = kConnections, .acquireTimeout = 1}), impatient_(impatientPool_) {}
    ~PgStoreUnderTest() override {
        pool_.close();
        impatientPool_.close();
        if (!server_.running()) server_.start();  // a test failed while it was away
        server_.dropDatabase(database_);
    }

    Store& store() override { return store_; }
    Store& impatient() override { return impatient_; }
    std::size_t capacity() const override { return kConnections; }
    void goAway() override { server_.stop(); }
    void comeBack() override { server_.start(); }

private:
    pg::ConnectOptions options() const { return pg::ConnectOptions::parse(server_.conninfo(database_)); }

    test::Postgres& server_;
    std::string database_;
    pg::Pool pool_;
    pg::PgStore store_;
    pg::Pool impatientPool_;
    pg::PgStore impatient_;
};

// One that these tests alone may stop.
std::unique_ptr<StoreUnderTest> makePgStore() {
    test::postgresAvailable();
    static test::Postgres server;
    return std::make_unique<PgStoreUnderTest>(server);
}

}  // namespace

class PgStoreContract : public StoreContract {
    CPPUNIT_TEST_SUB_SUITE(PgStoreContract, StoreContract);
    CPPUNIT_TEST_SUITE_END();
    std::unique_ptr<StoreUnderTest> make() override { return makePgStore(); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PgStoreContract);

class PgUserContract : public UserContract {
    CPPUNIT_TEST_SUB_SUITE(PgUserContract, UserContract);
    CPPUNIT_TEST_SUITE_END();
    std::unique_ptr<StoreUnderTest> make() override { return makePgStore(); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PgUserContract);

}  // namespace latchkey::contract
