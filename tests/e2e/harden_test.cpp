// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

namespace latchkey::e2e {

/// `mas-cli database harden`, as an administrator meets it.
class HardenCommandTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(HardenCommandTest);
    CPPUNIT_TEST(wantsAMigratedDatabaseAndAYes);
    CPPUNIT_TEST(hardensBesideARunningServer);
    CPPUNIT_TEST_SUITE_END();

    void wantsAMigratedDatabaseAndAYes() {
        Database& database = Database::shared();
        const std::string name = database.create();
        configure(database.uri(name));
        const test::Finished early = run({"database", "harden", "--yes"});
        requireCode(1, early);
        requireHolds(early.errors, "mas-cli database migrate");
        requireCode(0, run({"database", "migrate"}));
        adopt(database, name);
        const test::Finished unasked = run({"database", "harden"});
        requireCode(1, unasked);
        requireHolds(unasked.errors, "no way back");
        requireHolds(unasked.errors, "--yes");
        CPPUNIT_ASSERT_EQUAL(std::string("plain mat_1"), stored(database, name));
    }

    void hardensBesideARunningServer() {
        Database& database = Database::shared();
        const std::string name = database.create();
        configure(database.uri(name));
        const auto server = started();
        requireHolds(run({"database", "status"}).output, "Tokens            digests\n");
        adopt(database, name);
        requireHolds(run({"database", "status"}).output, "in the clear, 1 tokens and codes in the clear (`mas-cli database harden`");
        const test::Finished finished = run({"database", "harden", "--yes"});
        requireCode(0, finished);
        requireHolds(finished.output, "1 tokens and codes");
        CPPUNIT_ASSERT_EQUAL(std::string("digest sha256$scDBw3a1t499sqIk5i_xevwt1p4JCppJMbDavVNgLrs"), stored(database, name));
        requireHolds(run({"database", "status", "--json"}).output, "\"storage\": \"digest\"");
        requireHolds(run({"database", "harden", "--yes"}).output, "0 tokens and codes");
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }

    // As if MAS had made it, with a token.
    static void adopt(Database& database, const std::string& name) {
        database.admin(R"sql(
            UPDATE latchkey_settings SET value = 'plain' WHERE name = 'token_storage';
            INSERT INTO oauth2_clients (oauth2_client_id, grant_type_authorization_code, grant_type_refresh_token)
                 VALUES ('018f0000-0000-7000-8000-000000000001', true, true);
            INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, created_at, scope_list)
                 VALUES ('018f0000-0000-7000-8000-000000000002', '018f0000-0000-7000-8000-000000000001', now(), '{openid}');
            INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at)
                 VALUES ('018f0000-0000-7000-8000-000000000003', '018f0000-0000-7000-8000-000000000002', 'mat_1', now()))sql", name);
    }

    static std::string stored(Database& database, const std::string& name) {
        return database.admin("SELECT concat_ws(' ', value, access_token) FROM latchkey_settings, oauth2_access_tokens", name);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HardenCommandTest);

}  // namespace latchkey::e2e
