// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"
#include "tests/plugins/outgoing-http/scripted_server.h"

namespace latchkey::e2e {

class ManageTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(ManageTest);
    CPPUNIT_TEST(registersAUserAndChangesThePassword);
    CPPUNIT_TEST(endsWithTheCodesOfTheReference);
    CPPUNIT_TEST(verifyEmailNeedsNoConfiguration);
    CPPUNIT_TEST(issuesACompatibilityTokenAndProvisionsAllUsers);
    CPPUNIT_TEST(listsTheEventsOfCommands);
    CPPUNIT_TEST_SUITE_END();

    std::string migrated() const {
        const std::string database = Database::shared().create();
        configure(Database::shared().uri(database));
        requireCode(0, run({"database", "migrate"}));
        return database;
    }

    void registersAUserAndChangesThePassword() {
        if (!test::postgresAvailable()) return;
        using Homeserver = outgoing::test::ScriptedServer;
        const std::string database = migrated();
        const test::Finished away = run({"manage", "register-user", "--yes", "alice"});
        requireCode(1, away);
        requireHolds(away.errors, "nothing was written");
        const Homeserver homeserver(Homeserver::answer(Homeserver::ok("{}")));
        directory().write("homeserver.yaml", "matrix: {endpoint: '" + homeserver.url() + "'}\n");
        const test::Finished registered = run({"-c", "config.yaml", "-c", "homeserver.yaml", "manage", "register-user", "--yes", "alice", "-p", "correct horse battery staple", "-e", "alice@example.org", "--admin"});
        requireCode(0, registered);
        requireHolds(registered.errors, "manage.registered");
        requireCode(0, run({"manage", "set-password", "alice", "another horse battery staple"}));
        requireLacks(registered.errors + registered.output, "horse");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), Database::shared().admin("SELECT count(DISTINCT hashed_password) FROM user_passwords WHERE hashed_password LIKE '$argon2id$%'", database));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), Database::shared().admin("SELECT can_request_admin FROM users WHERE username = 'alice'", database));
        const test::Finished token = run({"manage", "issue-user-registration-token"});
        requireCode(0, token);
        requireHolds(token.errors, Database::shared().admin("SELECT token FROM user_registration_tokens", database));
    }

    void endsWithTheCodesOfTheReference() {
        if (!test::postgresAvailable()) return;
        migrated();
        requireCode(1, run({"manage", "lock-user", "nobody"}));
        requireCode(2, run({"manage", "lock-user"}));
        requireCode(2, run({"manage", "register-user", "--yes"}));
        const test::Finished alone = run({"manage", "register-user", "alice"});
        requireCode(1, alone);
        requireHolds(alone.errors, "there is no terminal");
    }

    void issuesACompatibilityTokenAndProvisionsAllUsers() {
        if (!test::postgresAvailable()) return;
        using Homeserver = outgoing::test::ScriptedServer;
        const std::string database = migrated();
        Database::shared().admin("INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), 'alice', now())", database);
        const test::Finished away = run({"manage", "issue-compatibility-token", "alice"});
        requireCode(1, away);
        requireHolds(away.errors, "there is no token");
        const Homeserver homeserver(Homeserver::answer(Homeserver::ok("{}")));
        directory().write("homeserver.yaml", "matrix: {endpoint: '" + homeserver.url() + "'}\n");
        const test::Finished issued = run({"-c", "config.yaml", "-c", "homeserver.yaml", "manage", "issue-compatibility-token", "alice", "PHONE"});
        requireCode(0, issued);
        requireHolds(issued.errors, "issued a compatibility token: mct_");
        CPPUNIT_ASSERT_EQUAL(std::string("1 PHONE"), Database::shared().admin("SELECT count(*) || ' ' || min(device_id) FROM compat_sessions WHERE finished_at IS NULL", database));
        requireCode(2, run({"manage", "issue-compatibility-token", "alice", "--device-id", "X"}));
        const test::Finished all = run({"manage", "provision-all-users"});
        requireCode(0, all);
        requireHolds(all.errors, "username=alice");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), Database::shared().admin("SELECT count(*) FROM queue_jobs WHERE queue_name = 'provision-user'", database));
    }

    void listsTheEventsOfCommands() {
        if (!test::postgresAvailable()) return;
        const std::string database = migrated();
        Database::shared().admin("INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), 'alice', now())", database);
        directory().write("events.yaml", "events: {postgres: {enabled: true}}\n");
        const auto with = [this](std::vector<std::string> words) {
            words.insert(words.begin(), {"-c", "config.yaml", "-c", "events.yaml"});
            return run(words);
        };
        const test::Finished locked = with({"manage", "lock-user", "alice"});
        requireCode(0, locked);
        requireHolds(locked.errors, "user.locked - a user was locked actor=administrator");
        requireCode(0, with({"manage", "promote-admin", "alice"}));
        const test::Finished listed = with({"events", "list", "--user", "alice", "--since", "1h"});
        requireCode(0, listed);
        CPPUNIT_ASSERT_MESSAGE(listed.output, listed.output.find("user.locked actor=administrator via=\"manage lock-user\"") < listed.output.find("admin.granted"));
        const test::Finished json = with({"events", "list", "--event", "user.locked", "--json"});
        requireHolds(json.output, "\"event\":\"user.locked\"");
        requireLacks(json.output, "admin.granted");
        requireCode(1, with({"events", "list", "--user", "nobody"}));
        requireCode(2, with({"events", "list", "--event", "nothing"}));
    }

    void verifyEmailNeedsNoConfiguration() {
        const test::Finished finished = run({"manage", "verify-email", "alice", "alice@example.org"});
        requireCode(0, finished);
        requireHolds(finished.errors, "deprecated");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ManageTest);

}  // namespace latchkey::e2e
