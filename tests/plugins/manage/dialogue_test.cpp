// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/register_dialogue.h"

#include <cppunit/extensions/HelperMacros.h>
#include <deque>

namespace latchkey::manage {

namespace {

using Outcome = RegisterDialogue::Outcome;

// Somebody who types these lines, and then ends the input.
class Typist final : public Terminal {
public:
    explicit Typist(std::deque<std::string> lines) : lines_(std::move(lines)) {}
    void say(std::string_view text) override { shown += text; }
    std::optional<std::string> ask(std::string_view prompt) override {
        say(prompt);
        if (lines_.empty()) return std::nullopt;
        std::string line = lines_.front();
        lines_.pop_front();
        return line;
    }
    std::optional<std::string> askSecret(std::string_view prompt) override {
        ++secrets;
        return ask(prompt);
    }
    std::string shown;
    int secrets = 0;

private:
    std::deque<std::string> lines_;
};

std::optional<std::string> onlyBobIsTaken(const std::string& name) {
    if (name.empty()) return "empty";
    return name == "bob" ? std::optional<std::string>("bob is taken") : std::nullopt;
}

}  // namespace

class DialogueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DialogueTest);
    CPPUNIT_TEST(asksForANameUntilItCanBeHad);
    CPPUNIT_TEST(takesEverythingThatTheMenuOffers);
    CPPUNIT_TEST(createsNothingWithoutAYes);
    CPPUNIT_TEST(isAbortedByTheMenuAndByTheEndOfTheInput);
    CPPUNIT_TEST(asksForAPasswordTwiceAndNeverShowsIt);
    CPPUNIT_TEST(setsNoPasswordWhereTheyAreDisabled);
    CPPUNIT_TEST(refusesWhatIsNoAddressAndWhatIsNoChoice);
    CPPUNIT_TEST(theCommandCanBeTypedInAShell);
    CPPUNIT_TEST_SUITE_END();

    static Outcome run(Typist& typist, NewUser& user, bool passwords = true) { return RegisterDialogue(typist, onlyBobIsTaken, passwords).run(user); }

    void asksForANameUntilItCanBeHad() {
        Typist typist({"", "bob", "@alice:example.org", "1", "y"});
        NewUser user;
        CPPUNIT_ASSERT(run(typist, user) == Outcome::create);
        CPPUNIT_ASSERT_EQUAL(std::string("alice"), user.username);
        CPPUNIT_ASSERT(typist.shown.find("bob is taken") != std::string::npos);
    }

    void takesEverythingThatTheMenuOffers() {
        Typist typist({"2", "carol", "3", "c@example.org", "4", "s3cret", "s3cret", "5", "y", "6", "Carol C.", "1", "yes"});
        NewUser user;
        user.username = "alice";
        CPPUNIT_ASSERT(run(typist, user) == Outcome::create);
        CPPUNIT_ASSERT(user.username == "carol" && user.emails == std::vector<std::string>{"c@example.org"} && user.password == "s3cret");
        CPPUNIT_ASSERT(user.admin && user.displayName == "Carol C.");
        CPPUNIT_ASSERT(typist.shown.find("register-user --yes --password=\"$PASSWORD\" --ignore-password-complexity --email='c@example.org' --admin "
                                         "--display-name='Carol C.' -- carol") != std::string::npos);
    }

    void createsNothingWithoutAYes() {
        for (const char* answer : {"", "n", "no", "yep"}) {
            Typist typist({"alice", "1", answer});
            NewUser user;
            CPPUNIT_ASSERT_MESSAGE(answer, run(typist, user) == Outcome::declined);
        }
    }

    void isAbortedByTheMenuAndByTheEndOfTheInput() {
        for (const std::deque<std::string>& lines : {std::deque<std::string>{}, {"alice"}, {"alice", "0"}, {"alice", "1"}, {"alice", "4", "x"}}) {
            Typist typist(lines);
            NewUser user;
            CPPUNIT_ASSERT(run(typist, user) == Outcome::aborted);
        }
    }

    void asksForAPasswordTwiceAndNeverShowsIt() {
        Typist typist({"alice", "4", "s3cret", "other", "4", "", "4", "s3cret", "s3cret", "1", "y"});
        NewUser user;
        CPPUNIT_ASSERT(run(typist, user) == Outcome::create);
        CPPUNIT_ASSERT(user.password == "s3cret");
        CPPUNIT_ASSERT_EQUAL(5, typist.secrets);
        CPPUNIT_ASSERT(typist.shown.find("s3cret") == std::string::npos && typist.shown.find("different") != std::string::npos);
    }

    void setsNoPasswordWhereTheyAreDisabled() {
        Typist typist({"alice", "4", "1", "y"});
        NewUser user;
        CPPUNIT_ASSERT(run(typist, user, false) == Outcome::create);
        CPPUNIT_ASSERT(!user.password && typist.secrets == 0);
    }

    void refusesWhatIsNoAddressAndWhatIsNoChoice() {
        Typist typist({"alice", "3", "nowhere", "9", "12", "", "1", "y"});
        NewUser user;
        CPPUNIT_ASSERT(run(typist, user) == Outcome::create);
        CPPUNIT_ASSERT(user.emails.empty() && typist.shown.find("not an e-mail address") != std::string::npos);
    }

    void theCommandCanBeTypedInAShell() {
        NewUser user;
        user.username = "alice";
        CPPUNIT_ASSERT_EQUAL(std::string("mas-cli manage register-user --yes -- alice"), equivalentCommand(user));
        user.displayName = "it's $HOME";
        CPPUNIT_ASSERT_EQUAL(std::string("mas-cli manage register-user --yes --display-name='it'\\''s $HOME' -- alice"), equivalentCommand(user));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DialogueTest);

}  // namespace latchkey::manage
