// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/terminal.h"
#include "tests/plugins/manage/shell.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::manage {

namespace {

const std::string kStrong = "correct horse battery staple 4711";

}  // namespace

class RegisterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegisterTest);
    CPPUNIT_TEST(registersAUserWhosePasswordVerifies);
    CPPUNIT_TEST(registersANameAlone);
    CPPUNIT_TEST(refusesAWeakPasswordUnlessToldOtherwise);
    CPPUNIT_TEST(refusesPasswordsWhereTheyAreDisabled);
    CPPUNIT_TEST(refusesNamesThatCannotBeHad);
    CPPUNIT_TEST(refusesNamesThatTheHomeserverDoesNotTake);
    CPPUNIT_TEST(registersNobodyWhileTheHomeserverIsAway);
    CPPUNIT_TEST(tellsWhatIsWrongWithTheCommandLine);
    CPPUNIT_TEST(needsATerminalOrYes);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_SHELL

    std::string count() const { return shell_->world.sql("SELECT count(*) FROM users"); }

    void registersAUserWhosePasswordVerifies() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL_MESSAGE(shell_->error, 0, shell_->run({"register-user", "--yes", "@alice:example.org", "-p", kStrong, "-e", "a@example.org", "-e", "b@example.org", "-a", "-d", "Alice \"A\""}));
        CPPUNIT_ASSERT_EQUAL(std::string("alice t a@example.org,b@example.org"),
                             shell_->world.sql("SELECT concat_ws(' ', username, can_request_admin, (SELECT string_agg(email, ',' ORDER BY email) FROM user_emails e WHERE e.user_id = u.user_id)) FROM users u"));
        CPPUNIT_ASSERT_EQUAL(std::string("provision-user {\"set_display_name\": \"Alice \\\"A\\\"\"}"), shell_->jobs());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), shell_->world.sql("SELECT count(*) FROM users WHERE user_id::text = (SELECT user_id::text FROM user_passwords)"));
        CPPUNIT_ASSERT(shell_->verifies("alice", kStrong) && !shell_->verifies("alice", "wrong"));
        CPPUNIT_ASSERT(shell_->logged("manage.registered"));
        CPPUNIT_ASSERT((shell_->homeserver.calls == std::vector<std::string>{"availability alice"}));
        CPPUNIT_ASSERT(!shell_->logged("horse") && !shell_->logged("a@example.org") && !shell_->logged("$2b$"));
    }

    void registersANameAlone() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"register-user", "-y", "bob", "-A"}));
        CPPUNIT_ASSERT_EQUAL(std::string("f 0"), shell_->world.sql("SELECT concat_ws(' ', can_request_admin, (SELECT count(*) FROM user_passwords)) FROM users"));
        CPPUNIT_ASSERT_EQUAL(std::string("provision-user {\"set_display_name\": null}"), shell_->jobs());
    }

    void refusesAWeakPasswordUnlessToldOtherwise() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"register-user", "--yes", "alice", "--password", "letmein"}));
        CPPUNIT_ASSERT(shell_->error.find("too weak") != std::string::npos && shell_->error.find("letmein") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"register-user", "--yes", "alice", "--password", "letmein", "--ignore-password-complexity"}));
        CPPUNIT_ASSERT(shell_->verifies("alice", "letmein"));
    }

    void refusesPasswordsWhereTheyAreDisabled() {
        if (!shell_) return;
        Shell without(false);
        CPPUNIT_ASSERT_EQUAL(1, without.run({"register-user", "--yes", "alice", "--password", kStrong}));
        CPPUNIT_ASSERT(without.error.find("passwords.enabled") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, without.run({"register-user", "--yes", "alice"}));
        CPPUNIT_ASSERT_EQUAL(1, without.run({"set-password", "alice", kStrong}));
    }

    void refusesNamesThatCannotBeHad() {
        if (!shell_) return;
        CPPUNIT_ASSERT_EQUAL(0, shell_->run({"register-user", "--yes", "alice"}));
        for (const char* name : {"alice", "@alice:elsewhere", "@:example.org", "Carol", "with space", "name:server"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 1, shell_->run({"register-user", "--yes", name}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count());
    }

    void refusesNamesThatTheHomeserverDoesNotTake() {
        if (!shell_) return;
        for (const auto answer : {LocalpartAvailability::taken, LocalpartAvailability::invalid, LocalpartAvailability::reserved}) {
            shell_->homeserver.answer = answer;
            CPPUNIT_ASSERT_EQUAL(1, shell_->run({"register-user", "--yes", "alice"}));
            CPPUNIT_ASSERT_MESSAGE(shell_->error, shell_->error.find("the homeserver") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
    }

    void registersNobodyWhileTheHomeserverIsAway() {
        if (!shell_) return;
        shell_->homeserver.failure = HomeserverError::Reason::unreachable;
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"register-user", "--yes", "alice"}));
        CPPUNIT_ASSERT(shell_->error.find("nothing was written: told to fail") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
    }

    void tellsWhatIsWrongWithTheCommandLine() {
        if (!shell_) return;
        const std::vector<std::vector<std::string>> wrong = {
            {"register-user", "--yes"}, {"register-user", "--yes", "alice", "-a", "-A"}, {"register-user", "--yes", "alice", "-e", "nowhere"}, {"register-user", "--yes", "alice", "bob"},
            {"register-user", "--username", "alice", "--yes"}, {"register-user", "--yes", "alice", "-p"}};
        for (const auto& words : wrong) CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 2, shell_->run(words));
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"register-user", "--yes", "alice", "-m", "01HFRQHW4KD7CMFTP8Q3FKSN2E:subject"}));
        CPPUNIT_ASSERT(shell_->error.find("--upstream-provider-mapping") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
    }

    void needsATerminalOrYes() {
        if (!shell_ || StandardTerminal::present()) return;
        CPPUNIT_ASSERT_EQUAL(1, shell_->run({"register-user", "alice"}));
        CPPUNIT_ASSERT(shell_->error.find("--yes") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegisterTest);

}  // namespace latchkey::manage
