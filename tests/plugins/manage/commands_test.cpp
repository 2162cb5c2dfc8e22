// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/token_repository.h"
#include "tests/plugins/manage/shell.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::manage {

class CommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandsTest);
    CPPUNIT_TEST(nothingIsDoneToNobody);
    CPPUNIT_TEST(givesAUserAnotherPassword);
    CPPUNIT_TEST(addsAnAddressOnce);
    CPPUNIT_TEST(verifyingAnAddressDoesNothing);
    CPPUNIT_TEST(issuesATokenForOneUse);
    CPPUNIT_TEST(issuesATokenAsAsked);
    CPPUNIT_TEST(refusesTokensThatCannotBe);
    CPPUNIT_TEST(locksAUserAndKeepsTheDate);
    CPPUNIT_TEST(deactivatesAUserThroughAJob);
    CPPUNIT_TEST(unlocksAUser);
    CPPUNIT_TEST(reactivatesAUserThroughAJobThatUnlocks);
    CPPUNIT_TEST(endsAllSessionsOfAUser);
    CPPUNIT_TEST(aDryRunCountsAndChangesNothing);
    CPPUNIT_TEST(promotesListsAndDemotesAdmins);
    CPPUNIT_TEST(listsMoreAdminsThanAPageHolds);
    CPPUNIT_TEST(tellsOfWhatItDid);
    CPPUNIT_TEST(issuesACompatibilityToken);
    CPPUNIT_TEST(givesSynapsesAdminRightsOnlyWhenTold);
    CPPUNIT_TEST(issuesACompatibilityTokenToWhomTheHomeserverDoesNotKnowYet);
    CPPUNIT_TEST(issuesNoCompatibilityTokenWithoutItsDevice);
    CPPUNIT_TEST(takesTheDeviceAsAnArgumentOnly);
    CPPUNIT_TEST(provisionsAllUsers);
    CPPUNIT_TEST(provisionsNobodyWhereNobodyIs);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_SHELL

    std::string sql(const std::string& statement) const { return shell_->world.sql(statement); }

    void nothingIsDoneToNobody() {
        if (!shell_) return;
        const std::vector<std::vector<std::string>> all = {{"set-password", "bob", "correct horse battery staple"}, {"add-email", "bob", "b@x"}, {"promote-admin", "bob"}, {"demote-admin", "bob"},
                                                           {"lock-user", "bob"}, {"unlock-user", "bob", "--reactivate"}, {"kill-sessions", "bob"}};
        for (auto words : all) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.front(), 1, shell_->run(words));
            CPPUNIT_ASSERT_EQUAL(std::string("there is no user `bob`"), shell_->error);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.front(), 2, shell_->run({words.front()}));
            words.insert(words.end(), {"too", "many"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.front(), 2, shell_->run(words));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), shell_->jobs());
    }

    void tellsOfWhatItDid() {
        if (!shell_) return;
        sessions();
        const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
            {{"set-password", "alice", "correct horse battery staple"}, "password.changed username=alice"},
            {{"set-password", "alice", "weak"}, ""},
            {{"add-email", "alice", "alice@example.org"}, "email.added username=alice email=a***@example.org"},
            {{"add-email", "alice", "alice@example.org"}, ""},
            {{"promote-admin", "alice"}, "admin.granted username=alice"},
            {{"demote-admin", "alice"}, "admin.revoked username=alice"},
            {{"kill-sessions", "alice", "--dry-run"}, ""},
            {{"kill-sessions", "alice"}, "session.ended username=alice session_kind=compat count=2; session.ended username=alice session_kind=oauth2 count=1; session.ended username=alice session_kind=browser count=1"},
            {{"lock-user", "alice"}, "user.locked username=alice"},
            {{"lock-user", "alice", "--deactivate"}, "user.deactivated username=alice"},
            {{"unlock-user", "alice", "--reactivate"}, "user.reactivated username=alice"},
            {{"unlock-user", "alice"}, "user.unlocked username=alice"},
            {{"issue-user-registration-token", "--token", "invite"}, "registration_token.created"},
            {{"register-user", "carol", "--yes"}, "user.registered username=carol"},
        };
        for (const auto& [words, expected] : all) {
            shell_->run(words);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.front(), expected, shell_->events.list({"username", "session_kind", "count", "email"}));
            for (const Event& each : shell_->events.all) CPPUNIT_ASSERT(each.actor == EventActor::administrator && each.via == "manage " + words.front());
            shell_->events.all.clear();
        }
    }

    void givesAUserAnotherPassword() {
        if (!shell_) return;
        const Ulid alice = shell_->world.user("alice");
        shell_->world.browserSession(alice);
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"set-password", "alice", "letmein"}));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"set-password", "ALICE", "correct horse battery staple"}));
        CPPUNIT_ASSERT(shell_->verifies("alice", "correct horse battery staple"));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"set-password", "alice", "letmein", "--ignore-complexity"}));
        CPPUNIT_ASSERT(shell_->verifies("alice", "letmein"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), sql("SELECT count(*) FROM user_passwords"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM user_sessions WHERE finished_at IS NULL"));
        CPPUNIT_ASSERT(shell_->logged(alice.text()) && !shell_->logged("letmein") && !shell_->logged("horse") && !shell_->logged("$2b$"));
    }

    void addsAnAddressOnce() {
        if (!shell_) return;
        shell_->world.user("alice");
        for (const char* each : {"alice@example.org", "Alice@Example.org", "anything"}) CPPUNIT_ASSERT_EQUAL(0, shell_->run({"add-email", "alice", each}));
        CPPUNIT_ASSERT_EQUAL(std::string("alice@example.org anything"), sql("SELECT string_agg(email, ' ' ORDER BY email) FROM user_emails"));
        CPPUNIT_ASSERT(shell_->logged("manage.email_present") && !shell_->logged("example.org"));
    }

    void verifyingAnAddressDoesNothing() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"verify-email", "nobody", "a@x"}));
        CPPUNIT_ASSERT(shell_->logged("deprecated"));
        CPPUNIT_ASSERT(VerifyEmail().needs() == Needs::nothing);
        CPPUNIT_ASSERT_EQUAL(2, shell_->run({"verify-email", "nobody"}));
    }

    void issuesATokenForOneUse() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"issue-user-registration-token"}));
        const std::string token = sql("SELECT token FROM user_registration_tokens WHERE usage_limit = 1 AND expires_at IS NULL AND token ~ '^[A-Za-z0-9]{12}$'");
        CPPUNIT_ASSERT(!token.empty());
        CPPUNIT_ASSERT(shell_->logged("created a user registration token: " + token));
    }

    void issuesATokenAsAsked() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"issue-user-registration-token", "--token", "invite", "--usage-limit", "7", "--expires-in", "3600"}));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"issue-user-registration-token", "--token=open", "--unlimited"}));
        CPPUNIT_ASSERT_EQUAL(std::string("invite 7 01:00:00"), sql("SELECT concat_ws(' ', token, usage_limit, expires_at - created_at) FROM user_registration_tokens WHERE token = 'invite'"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM user_registration_tokens WHERE token = 'open' AND usage_limit IS NULL AND expires_at IS NULL"));
    }

    void refusesTokensThatCannotBe() {
        if (!shell_) return;
        const std::string command = "issue-user-registration-token";
        const std::vector<std::vector<std::string>> wrong = {{command, "--usage-limit", "3", "--unlimited"}, {command, "--usage-limit", "x"}, {command, "--usage-limit=-1"}, {command, "--usage-limit", "4294967296"},
                                                             {command, "--expires-in", "1h"}, {command, "--token="}, {command, "extra"}};
        for (const auto& words : wrong) CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 2, shell_->run(words));
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({command, "--usage-limit", "2147483648"}));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({command, "--token", "invite"}));
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({command, "--token", "invite"}));
        CPPUNIT_ASSERT(shell_->error.find("invite") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM user_registration_tokens"));
    }

    void locksAUserAndKeepsTheDate() {
        if (!shell_) return;
        shell_->world.user("alice");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"lock-user", "alice"}));
        const std::string date = sql("SELECT locked_at FROM users");
        CPPUNIT_ASSERT(!date.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("provision-user {\"set_display_name\": null}"), shell_->jobs());
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"lock-user", "alice"}));
        CPPUNIT_ASSERT_EQUAL(date, sql("SELECT locked_at FROM users"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'provision-user'"));
    }

    void deactivatesAUserThroughAJob() {
        if (!shell_) return;
        shell_->world.user("alice");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"lock-user", "alice", "--deactivate"}));
        CPPUNIT_ASSERT_EQUAL(std::string("t t"), sql("SELECT concat_ws(' ', locked_at IS NOT NULL, deactivated_at IS NULL) FROM users"));
        CPPUNIT_ASSERT_EQUAL(std::string("deactivate-user {\"hs_erase\": false};provision-user {\"set_display_name\": null}"), shell_->jobs());
    }

    void unlocksAUser() {
        if (!shell_) return;
        shell_->world.user("alice");
        sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"unlock-user", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), sql("SELECT locked_at FROM users"));
        CPPUNIT_ASSERT_EQUAL(std::string("provision-user {\"set_display_name\": null}"), shell_->jobs());
    }

    void reactivatesAUserThroughAJobThatUnlocks() {
        if (!shell_) return;
        shell_->world.user("alice");
        sql("UPDATE users SET locked_at = now(), deactivated_at = now()");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"unlock-user", "alice", "--reactivate"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM users WHERE locked_at IS NOT NULL AND deactivated_at IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("provision-user {\"set_display_name\": null};reactivate-user {}"), shell_->jobs());
    }

    // One of each kind for alice, and a personal one; a browser session of somebody else.
    void sessions() {
        const Ulid alice = shell_->world.user("alice");
        shell_->world.browserSession(alice);
        shell_->world.browserSession(shell_->world.user("bob"));
        shell_->world.session(alice);
        const std::string id = "'" + alice.uuid() + "'";
        sql("INSERT INTO compat_sessions (compat_session_id, user_id, created_at) VALUES (gen_random_uuid(), " + id + ", now()), (gen_random_uuid(), " + id + ", now());"
            "INSERT INTO personal_sessions (personal_session_id, owner_user_id, actor_user_id, human_name, scope_list, created_at) VALUES (gen_random_uuid(), " + id + ", " + id + ", '', '{}', now())");
    }

    std::string active() const {
        return sql("SELECT concat_ws(' ', (SELECT count(*) FROM compat_sessions WHERE finished_at IS NULL), (SELECT count(*) FROM oauth2_sessions WHERE finished_at IS NULL), "
                   "(SELECT count(*) FROM user_sessions WHERE finished_at IS NULL), (SELECT count(*) FROM personal_sessions WHERE revoked_at IS NULL))");
    }

    void endsAllSessionsOfAUser() {
        if (!shell_) return;
        sessions();
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"kill-sessions", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string("0 0 1 1"), active());
        CPPUNIT_ASSERT_EQUAL(std::string("sync-devices {}"), shell_->jobs());
        CPPUNIT_ASSERT_MESSAGE(shell_->log, shell_->logged("compat=2 oauth2=1 browser=1"));
    }

    void aDryRunCountsAndChangesNothing() {
        if (!shell_) return;
        sessions();
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"kill-sessions", "--dry-run", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string("2 1 2 1"), active());
        CPPUNIT_ASSERT_EQUAL(std::string(), shell_->jobs());
        CPPUNIT_ASSERT_MESSAGE(shell_->log, shell_->logged("compat=2 oauth2=1 browser=1"));
    }

    std::string issuedToken() const {
        const std::string before = "issued a compatibility token: ";
        const std::size_t begin = shell_->log.rfind(before) + before.size();
        return shell_->log.substr(begin, shell_->log.find(' ', begin) - begin);
    }

    void issuesACompatibilityToken() {
        if (!shell_) return;
        const Ulid alice = shell_->world.user("alice");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shell_->error, 0, shell_->run({"issue-compatibility-token", "Alice", "a b/\u00e9"}));
        CPPUNIT_ASSERT_EQUAL(std::string("upsert alice a b/\u00e9 -"), shell_->homeserver.calls.back());
        const auto found = shell_->world.store().reading()->compatTokens().findAccess(issuedToken());
        CPPUNIT_ASSERT(found && found->user.id == alice && !found->token.expiresAt && found->session.deviceId == "a b/\u00e9" && !found->session.isSynapseAdmin && found->session.active());
        CPPUNIT_ASSERT_EQUAL(std::string(), shell_->jobs());
        CPPUNIT_ASSERT_EQUAL(std::string("session.started username=alice session_kind=compat"), shell_->events.list({"username", "session_kind", "scope"}));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"issue-compatibility-token", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM compat_sessions WHERE device_id ~ '^[A-Za-z0-9]{10}$'"));
    }

    void givesSynapsesAdminRightsOnlyWhenTold() {
        if (!shell_) return;
        shell_->world.user("alice");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"issue-compatibility-token", "alice", "PHONE", "--yes-i-want-to-grant-synapse-admin-privileges"}));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), sql("SELECT is_synapse_admin FROM compat_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("session.started scope=urn:synapse:admin:*"), shell_->events.list({"scope"}));
    }

    // The job that tells it of a new user may not have run, and runs nowhere while no server does.
    void issuesACompatibilityTokenToWhomTheHomeserverDoesNotKnowYet() {
        if (!shell_) return;
        shell_->world.user("alice");
        shell_->homeserver.knowsUsers = false;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shell_->error, 0, shell_->run({"issue-compatibility-token", "alice", "PHONE"}));
        const std::vector<std::string> expected = {"provision alice", "upsert alice PHONE -"};
        CPPUNIT_ASSERT(shell_->homeserver.calls == expected);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sql("SELECT count(*) FROM compat_sessions"));
    }

    void issuesNoCompatibilityTokenWithoutItsDevice() {
        if (!shell_) return;
        shell_->world.user("alice");
        shell_->homeserver.failure = HomeserverError::Reason::unreachable;
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"issue-compatibility-token", "alice", "PHONE"}));
        CPPUNIT_ASSERT(shell_->error.find("told to fail") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), sql("SELECT count(*) FROM compat_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("sync-devices {}"), shell_->jobs());
        CPPUNIT_ASSERT(shell_->events.all.empty());
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"issue-compatibility-token", "bob"}));
        CPPUNIT_ASSERT_EQUAL(std::string("there is no user `bob`"), shell_->error);
    }

    void takesTheDeviceAsAnArgumentOnly() {
        if (!shell_) return;
        shell_->world.user("alice");
        for (const auto& words : std::vector<std::vector<std::string>>{{"issue-compatibility-token", "alice", "--device-id", "X"}, {"issue-compatibility-token"}, {"issue-compatibility-token", "alice", "X", "Y"},
                                                                        {"issue-compatibility-token", "alice", ""}, {"issue-compatibility-token", "alice", std::string(256, 'x')}}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 2, shell_->run(words));
        }
        CPPUNIT_ASSERT(shell_->homeserver.calls.empty());
    }

    void provisionsAllUsers() {
        if (!shell_) return;
        const int users = ProvisionAllUsers::kPage * 2 + 1;
        sql("INSERT INTO users (user_id, username, created_at) SELECT gen_random_uuid(), 'u' || n, now() FROM generate_series(1, " + std::to_string(users) + ") n");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"provision-all-users"}));
        CPPUNIT_ASSERT_EQUAL(std::to_string(users), sql("SELECT count(DISTINCT payload->>'user_id') FROM queue_jobs WHERE queue_name = 'provision-user' AND payload->>'set_display_name' IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::to_string(users), sql("SELECT count(*) FROM queue_jobs"));
        for (const char* each : {"username=u1\n", "username=u1001\n", "progress users=500\n", "progress users=1000\n", "progress users=1001\n"}) CPPUNIT_ASSERT_MESSAGE(each, shell_->logged(each));
        CPPUNIT_ASSERT_EQUAL(std::string("command.run via=manage provision-all-users count=1001"), shell_->events.list({"via", "count"}));
        CPPUNIT_ASSERT_EQUAL(2, shell_->run({"provision-all-users", "extra"}));
    }

    void provisionsNobodyWhereNobodyIs() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"provision-all-users"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), shell_->jobs());
        CPPUNIT_ASSERT(shell_->logged("users=0"));
    }

    void promotesListsAndDemotesAdmins() {
        if (!shell_) return;
        const Ulid alice = shell_->world.user("alice");
        const Ulid bob = shell_->world.user("bob");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"promote-admin", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), sql("SELECT string_agg(username, ' ') FROM users WHERE can_request_admin"));
        shell_->log.clear();
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"list-admin-users"}));
        CPPUNIT_ASSERT(shell_->logged("total=1") && shell_->logged(alice.text()) && !shell_->logged(bob.text()));
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"demote-admin", "alice"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), sql("SELECT string_agg(username, ' ') FROM users WHERE can_request_admin"));
    }

    void listsMoreAdminsThanAPageHolds() {
        if (!shell_) return;
        sql("INSERT INTO users (user_id, username, created_at, can_request_admin) SELECT gen_random_uuid(), 'u' || n, now(), true FROM generate_series(1, 2001) n");
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"list-admin-users"}));
        CPPUNIT_ASSERT(shell_->logged("total=2001") && shell_->logged("username=u2001") && shell_->logged("username=u1"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CommandsTest);

}  // namespace latchkey::manage
