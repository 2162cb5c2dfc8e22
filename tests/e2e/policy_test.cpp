// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <csignal>

namespace latchkey::e2e {

/// Who decides, and with which data: as far as it shows at the start of the server.
class PolicyTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(PolicyTest);
    CPPUNIT_TEST(startsWithTheDataOfTheDatabase);
    CPPUNIT_TEST(dataThatCannotBeUsedEndsTheStart);
    CPPUNIT_TEST(aReloadTakesNewDataAtOnce);
    CPPUNIT_TEST(anEngineThatNobodyOffersEndsTheStart);
    CPPUNIT_TEST(aModuleOfOnesOwnIsWarnedOf);
    CPPUNIT_TEST_SUITE_END();

    std::string database_;

    bool prepared(const std::string& policy = {}) {
        if (!test::postgresAvailable()) return false;
        Database& database = Database::shared();
        database_ = database.create();
        directory().write("config.yaml", configuration(database.uri(database_)) + policy);
        return true;
    }
    void migrate() const { requireCode(0, run({"database", "migrate"})); }
    void store(const std::string& data) const {
        Database::shared().admin("INSERT INTO policy_data VALUES (gen_random_uuid(), now(), '" + data + "')", database_);
    }

    void startsWithTheDataOfTheDatabase() {
        if (!prepared()) return;
        migrate();
        store(R"({"admin_users": ["alice"]})");
        const auto server = started();
        CPPUNIT_ASSERT_EQUAL(1, server->count("policy.data"));
        stop(*server);
    }

    void dataThatCannotBeUsedEndsTheStart() {
        if (!prepared()) return;
        migrate();
        store(R"({"admin_users": "alice"})");
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "of the database cannot be used: admin_users: must be a list of strings");
    }

    void aReloadTakesNewDataAtOnce() {
        if (!prepared()) return;
        const auto server = started();
        store(R"({"admin_users": ["alice"]})");
        server->signal(SIGHUP);
        CPPUNIT_ASSERT(server->await("policy.data", kLong));
        stop(*server);
    }

    void anEngineThatNobodyOffersEndsTheStart() {
        if (!prepared("policy: {engine: mine}\n")) return;
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "policy.engine is `mine`, and no plugin of that name offers a policy");
    }

    void aModuleOfOnesOwnIsWarnedOf() {
        directory().write("config.yaml", configuration("postgresql://localhost/x") + "policy: {wasm_module: ./own.wasm}\n");
        const test::Finished finished = run({"config", "check"});
        requireCode(0, finished);
        requireHolds(finished.errors, "policy.wasm_module: is not evaluated");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyTest);

}  // namespace latchkey::e2e
