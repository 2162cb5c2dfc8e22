// SPDX-License-Identifier: Apache-2.0
#include "domain/user/complete_registration.h"

#include "domain/clock.h"
#include "domain/user/email_authentication.h"
#include "domain/user/registration.h"
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

using Outcome = RegistrationCompletion::Outcome;

/// What makes a user of a registration, all or nothing, and its races.
class CompleteRegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompleteRegistrationTest);
    CPPUNIT_TEST(makesEverythingAtOnce);
    CPPUNIT_TEST(makesNothingTwice);
    CPPUNIT_TEST(ofManyWhoWantANameOneGetsIt);
    CPPUNIT_TEST(ofManyWhoWantTheLastUseOfATokenOneGetsIt);
    CPPUNIT_TEST(ofManyWhoProvedAnAddressOneGetsIt);
    CPPUNIT_TEST(writesNothingWhereSomethingIsMissing);
    CPPUNIT_TEST(remembersTheStepsOfPlugins);
    CPPUNIT_TEST(findsTokensThatCanBeUsed);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    struct Wish {
        std::string username = "alice";
        std::string email = {};
        bool proven = true;
        std::optional<Ulid> token = {};
    };

    Ulid registration(const Wish& wish) {
        const Ulid id = world_->id(), authentication = world_->id();
        world_->commit([&](UnitOfWork& work) {
            work.registrations().add({.id = id, .ipAddress = {}, .userAgent = {}, .postAuthAction = {}, .username = wish.username, .displayName = "Alice A.", .termsUrl = "https://x.org/terms",
                                      .emailAuthenticationId = {}, .hashedPassword = "$argon2id$x", .hashedPasswordVersion = 3, .registrationTokenId = {}, .upstreamSessionId = {},
                                      .createdAt = world_->now, .completedAt = {}});
            if (wish.token) work.registrations().setRegistrationToken(id, *wish.token);
            if (wish.email.empty()) return;
            work.emailAuthentications().add({authentication, std::nullopt, id, wish.email, world_->now, std::nullopt});
            work.registrations().setEmailAuthentication(id, authentication);
            if (wish.proven) work.emailAuthentications().complete(authentication, world_->now);
        });
        return id;
    }

    Ulid token(const std::string& text, std::optional<int> limit) {
        const Ulid id = world_->id();
        world_->commit([&](UnitOfWork& work) { work.registrationTokens().add({id, text, limit, world_->now, std::nullopt}); });
        return id;
    }

    RegistrationCompletion complete(UnitOfWork& work, const Ulid& id) { return completeRegistration(work, id, "Browser/1", world_->now); }

    Outcome completed(const Ulid& id) {
        const auto work = world_->store().begin();
        const auto made = complete(*work, id);
        if (made.outcome == Outcome::created) work->commit();
        return made.outcome;
    }

    int winners(const std::function<Wish(int)>& wish) {
        std::vector<Ulid> ids;
        for (int i = 0; i < 50; ++i) ids.push_back(registration(wish(i)));
        std::atomic<std::size_t> next = 0;
        return world_->winners([&](UnitOfWork& work) { return complete(work, ids.at(next++)).outcome == Outcome::created; });
    }

    std::string count(const std::string& table) { return world_->sql("SELECT count(*) FROM " + table); }

public:
    void makesEverythingAtOnce() {
        if (!world_) return;
        const Ulid id = registration({.email = "Alice@x.org", .token = token("invite", 2)});
        CPPUNIT_ASSERT(completed(id) == Outcome::created);
        CPPUNIT_ASSERT_EQUAL(std::string("alice $argon2id$x 3 Alice@x.org https://x.org/terms 1"),
                             world_->sql("SELECT concat_ws(' ', username, hashed_password, version, email, terms_url, times_used) FROM users JOIN user_passwords USING (user_id) "
                                         "JOIN user_emails USING (user_id) JOIN user_terms USING (user_id), user_registration_tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("Browser/1"), world_->sql("SELECT user_agent FROM user_sessions JOIN user_session_authentications USING (user_session_id) WHERE user_password_id IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("Alice A."), world_->sql("SELECT payload->>'set_display_name' FROM queue_jobs WHERE queue_name = 'provision-user'"));
    }
    void makesNothingTwice() {
        if (!world_) return;
        const Ulid id = registration({});
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return complete(work, id).outcome == Outcome::created; }));
        CPPUNIT_ASSERT(completed(id) == Outcome::alreadyCompleted);
        CPPUNIT_ASSERT(completed(world_->id()) == Outcome::alreadyCompleted);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("users"));
    }
    void ofManyWhoWantANameOneGetsIt() {
        if (!world_) return;
        CPPUNIT_ASSERT_EQUAL(1, winners([](int i) { return Wish{.username = i % 2 == 0 ? "alice" : "Alice"}; }));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("users"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("user_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("49"), world_->sql("SELECT count(*) FROM user_registrations WHERE completed_at IS NULL"));
    }
    void ofManyWhoWantTheLastUseOfATokenOneGetsIt() {
        if (!world_) return;
        const Ulid invite = token("invite", 1);
        CPPUNIT_ASSERT_EQUAL(1, winners([&](int i) { return Wish{.username = "user" + std::to_string(i), .token = invite}; }));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT times_used FROM user_registration_tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("users"));
    }
    void ofManyWhoProvedAnAddressOneGetsIt() {
        if (!world_) return;
        CPPUNIT_ASSERT_EQUAL(1, winners([](int i) { return Wish{.username = "user" + std::to_string(i), .email = i % 2 == 0 ? "a@x.org" : "A@X.org"}; }));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("user_emails"));
    }
    void writesNothingWhereSomethingIsMissing() {
        if (!world_) return;
        const Ulid bob = world_->user("bob");
        world_->commit([&](UnitOfWork& work) { work.emails().add({world_->id(), bob, "bob@x.org", world_->now}); });
        const Ulid spent = token("spent", 0);
        CPPUNIT_ASSERT(completed(registration({.username = "BOB"})) == Outcome::usernameTaken);
        CPPUNIT_ASSERT(completed(registration({.email = "BOB@x.org"})) == Outcome::emailTaken);
        CPPUNIT_ASSERT(completed(registration({.email = "alice@x.org", .proven = false})) == Outcome::emailUnproven);
        CPPUNIT_ASSERT(completed(registration({.token = spent})) == Outcome::tokenSpent);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("users"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("user_registrations WHERE completed_at IS NOT NULL"));
    }
    void remembersTheStepsOfPlugins() {
        if (!world_) return;
        const Ulid id = registration({});
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.registrations().takeStep(id, "riddle", world_->now); }));
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->registrations().hasTakenStep(id, "riddle"));
        CPPUNIT_ASSERT(!work->registrations().hasTakenStep(id, "other"));
        CPPUNIT_ASSERT(work->registrations().setUsername(id, "carol"));
        CPPUNIT_ASSERT(work->registrations().complete(id, world_->now));
        CPPUNIT_ASSERT(!work->registrations().takeStep(id, "other", world_->now));
        CPPUNIT_ASSERT(!work->registrations().setUsername(id, "mallory"));
        CPPUNIT_ASSERT_EQUAL(std::string("carol"), work->registrations().find(id)->username);
    }
    void findsTokensThatCanBeUsed() {
        if (!world_) return;
        const Ulid invite = token("invite", 2);
        const auto work = world_->store().begin();
        auto& tokens = work->registrationTokens();
        CPPUNIT_ASSERT(tokens.findUsable("invite", world_->now)->id == invite);
        CPPUNIT_ASSERT(!tokens.findUsable("Invite", world_->now));
        CPPUNIT_ASSERT(tokens.use(invite, world_->now) && tokens.usable(invite, world_->now));
        CPPUNIT_ASSERT(tokens.use(invite, world_->now) && !tokens.usable(invite, world_->now));
        CPPUNIT_ASSERT(!tokens.use(invite, world_->now) && !tokens.findUsable("invite", world_->now));
        const Ulid old = world_->id();
        tokens.add({old, "old", std::nullopt, world_->now, later(world_->now, 60)});
        CPPUNIT_ASSERT(tokens.usable(old, later(world_->now, 59)) && !tokens.usable(old, later(world_->now, 60)) && !tokens.use(old, later(world_->now, 60)));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompleteRegistrationTest);

}  // namespace latchkey::contract
