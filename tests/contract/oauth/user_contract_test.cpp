// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/session_repository.h"
#include "domain/queue/job_repository.h"
#include "domain/user/browser_session.h"
#include "domain/user/password.h"
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"
#include "tests/contract/oauth/world.h"

#include <algorithm>
#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <libpq-fe.h>

namespace latchkey::contract {

/// What belongs to a user: addresses, passwords, browser sessions; invitations; and jobs.
class UserContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UserContractTest);
    CPPUNIT_TEST(findsAnAddressWithoutRegardToCaseIfOneUserHasIt);
    CPPUNIT_TEST(listsAddressesOfAUser);
    CPPUNIT_TEST(theNewestPasswordCounts);
    CPPUNIT_TEST(aTakenRegistrationTokenIsAConflictThatLeavesTheWorkUsable);
    CPPUNIT_TEST(keepsLimitsOfRegistrationTokens);
    CPPUNIT_TEST(findsABrowserSessionWithItsUser);
    CPPUNIT_TEST(finishesBrowserSessionsOnce);
    CPPUNIT_TEST(finishesAllBrowserSessionsOfAUser);
    CPPUNIT_TEST(tellsTheLastAuthentication);
    CPPUNIT_TEST(enqueuesJobsThatWorkersHearOfAtCommit);
    CPPUNIT_TEST(locksExcludeEachOther);
    CPPUNIT_TEST(setsWhoMayAskForAdminRightsAndListsThemInPages);
    CPPUNIT_TEST(finishesAllCompatSessionsOfAUser);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    void findsAnAddressWithoutRegardToCaseIfOneUserHasIt() {
        if (!world_) return;
        const UserEmail email{.id = world_->id(), .userId = world_->user(), .email = "Alice@Example.org", .createdAt = world_->now};
        const auto work = world_->store().begin();
        work->emails().add(email);
        const auto found = work->emails().findByEmail("alice@EXAMPLE.org");
        CPPUNIT_ASSERT(found && found->id == email.id && found->userId == email.userId && found->email == email.email && found->createdAt == world_->now);
        work->emails().add({.id = world_->id(), .userId = email.userId, .email = "alice@example.org", .createdAt = world_->now});
        CPPUNIT_ASSERT(!work->emails().findByEmail("alice@example.org"));
        CPPUNIT_ASSERT(!work->emails().findByEmail("bob@example.org"));
    }

    void listsAddressesOfAUser() {
        if (!world_) return;
        const Ulid alice = world_->user("alice");
        const Ulid bob = world_->user("bob");
        const auto work = world_->store().begin();
        for (const char* each : {"a@x", "b@x"}) work->emails().add({.id = world_->id(), .userId = alice, .email = each, .createdAt = world_->now});
        work->emails().add({.id = world_->id(), .userId = bob, .email = "c@x", .createdAt = world_->now});
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), work->emails().allOf(alice).size());
        CPPUNIT_ASSERT(work->emails().allOf(bob).front().email == "c@x");
    }

    void theNewestPasswordCounts() {
        if (!world_) return;
        const Ulid user = world_->user();
        const UserPassword newer{.id = world_->id(), .userId = user, .hash = "$argon2id$new", .version = 2, .createdAt = later(world_->now, 9), .upgradedFromId = {}};
        UserPassword older{.id = world_->id(), .userId = user, .hash = "$2b$old", .version = 1, .createdAt = world_->now, .upgradedFromId = newer.id};
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->passwords().active(user));
        work->passwords().add(newer);
        work->passwords().add(older);
        const auto found = work->passwords().active(user);
        CPPUNIT_ASSERT(found->id == newer.id && found->hash == newer.hash && found->version == 2 && found->createdAt == newer.createdAt && !found->upgradedFromId);
        older.id = world_->id();
        older.createdAt = later(world_->now, 10);
        work->passwords().add(older);
        CPPUNIT_ASSERT(work->passwords().active(user)->upgradedFromId == newer.id);
    }

    void aTakenRegistrationTokenIsAConflictThatLeavesTheWorkUsable() {
        if (!world_) return;
        const auto work = world_->store().begin();
        work->registrationTokens().add({.id = world_->id(), .token = "invite", .usageLimit = {}, .createdAt = world_->now, .expiresAt = {}});
        CPPUNIT_ASSERT_THROW(work->registrationTokens().add({.id = world_->id(), .token = "invite", .usageLimit = {}, .createdAt = world_->now, .expiresAt = {}}), Conflict);
        work->commit();
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_registration_tokens WHERE usage_limit IS NULL AND expires_at IS NULL AND times_used = 0"));
    }

    void keepsLimitsOfRegistrationTokens() {
        if (!world_) return;
        world_->commit([&](UnitOfWork& work) {
            work.registrationTokens().add({.id = world_->id(), .token = "invite", .usageLimit = 3, .createdAt = world_->now, .expiresAt = later(world_->now, 60)});
        });
        CPPUNIT_ASSERT_EQUAL(std::string("invite 3 00:01:00"), world_->sql("SELECT concat_ws(' ', token, usage_limit, expires_at - created_at) FROM user_registration_tokens"));
    }

    void findsABrowserSessionWithItsUser() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid id = world_->browserSession(user);
        const auto found = world_->store().begin()->browserSessions().find(id);
        CPPUNIT_ASSERT(found && found->id == id && found->user.id == user && found->user.username == "alice" && found->createdAt == world_->now);
        CPPUNIT_ASSERT(found->userAgent == "Firefox" && !found->finishedAt && !found->lastActiveAt && !found->lastActiveIp && found->active());
        world_->commit([&](UnitOfWork& work) { work.users().lock(user, world_->now); });
        CPPUNIT_ASSERT(!world_->store().begin()->browserSessions().find(id)->active());
        CPPUNIT_ASSERT(!world_->store().begin()->browserSessions().find(world_->id()));
    }

    void finishesBrowserSessionsOnce() {
        if (!world_) return;
        const Ulid id = world_->browserSession(world_->user());
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.browserSessions().finish(id, world_->now); }));
        CPPUNIT_ASSERT(world_->store().begin()->browserSessions().find(id)->finishedAt == world_->now);
    }

    void finishesAllBrowserSessionsOfAUser() {
        if (!world_) return;
        const Ulid alice = world_->user("alice");
        world_->browserSession(alice);
        world_->browserSession(alice);
        const Ulid others = world_->browserSession(world_->user("bob"));
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), work->browserSessions().finishAllOf(alice, world_->now));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), work->browserSessions().finishAllOf(alice, world_->now));
        CPPUNIT_ASSERT(!work->browserSessions().find(others)->finishedAt);
    }

    void tellsTheLastAuthentication() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid session = world_->browserSession(user);
        const UserPassword password{.id = world_->id(), .userId = user, .hash = "x", .version = 1, .createdAt = world_->now, .upgradedFromId = {}};
        const auto work = world_->store().begin();
        work->passwords().add(password);
        CPPUNIT_ASSERT(!work->browserSessions().lastAuthentication(session));
        work->browserSessions().authenticatedByPassword(world_->id(), session, password.id, later(world_->now, 7));
        work->browserSessions().authenticatedByPassword(world_->id(), session, password.id, later(world_->now, 3));
        CPPUNIT_ASSERT(work->browserSessions().lastAuthentication(session) == later(world_->now, 7));
    }

    void enqueuesJobsThatWorkersHearOfAtCommit() {
        if (!world_) return;
        pg::Connection listener(pg::ConnectOptions::parse(world_->conninfo()));
        listener.script("listen", "LISTEN queue_available");
        const auto heard = [&] {
            listener.ping();
            PQconsumeInput(listener.raw());
            PGnotify* const notification = PQnotifies(listener.raw());
            const std::string payload = notification == nullptr ? "" : notification->extra;
            PQfreemem(notification);
            return payload;
        };
        const auto work = world_->store().begin();
        work->jobs().enqueue(world_->id(), "sync-devices", R"({"user_id": "x"})", world_->now);
        CPPUNIT_ASSERT_EQUAL(std::string(), heard());
        work->commit();
        CPPUNIT_ASSERT(test::eventually([&] { return heard().find("sync-devices") != std::string::npos; }, 30'000));
        CPPUNIT_ASSERT_EQUAL(std::string("available sync-devices {\"user_id\": \"x\"} {} 0"),
                             world_->sql("SELECT concat_ws(' ', status, queue_name, payload, metadata, attempt) FROM queue_jobs"));
    }

    void locksExcludeEachOther() {
        if (!world_) return;
        int inside = 0;  // not atomic: the lock is what keeps it right
        const int done = world_->winners([&](UnitOfWork& work) {
            work.lock(4711);
            ++inside;
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(50, done);
        CPPUNIT_ASSERT_EQUAL(50, inside);
    }

    void setsWhoMayAskForAdminRightsAndListsThemInPages() {
        if (!world_) return;
        std::array<Ulid, 4> ids = {world_->user("a"), world_->user("b"), world_->user("c"), world_->user("d")};
        std::sort(ids.begin(), ids.end());
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->users().admins(std::nullopt, 10).empty());
        for (const Ulid& each : {ids[0], ids[2], ids[3]}) CPPUNIT_ASSERT(work->users().setCanRequestAdmin(each, true));
        CPPUNIT_ASSERT(work->users().find(ids[0])->canRequestAdmin && !work->users().find(ids[1])->canRequestAdmin);
        const auto first = work->users().admins(std::nullopt, 2);
        CPPUNIT_ASSERT(first.size() == 2 && first[0].id == ids[0] && first[1].id == ids[2] && first[0].canRequestAdmin);
        const auto second = work->users().admins(ids[2], 2);
        CPPUNIT_ASSERT(second.size() == 1 && second[0].id == ids[3]);
        CPPUNIT_ASSERT(work->users().setCanRequestAdmin(ids[3], false) && work->users().admins(ids[2], 2).empty());
        CPPUNIT_ASSERT(!work->users().setCanRequestAdmin(world_->id(), true));
    }

    void finishesAllCompatSessionsOfAUser() {
        if (!world_) return;
        const Ulid alice = world_->user("alice");
        for (const Ulid& each : {alice, alice, world_->user("bob")}) {
            world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, created_at) VALUES (gen_random_uuid(), '" + each.uuid() + "', now())");
        }
        world_->commit([&](UnitOfWork& work) {
            CPPUNIT_ASSERT_EQUAL(std::int64_t(2), work.compatSessions().finishAllOf(alice, world_->now));
            CPPUNIT_ASSERT_EQUAL(std::int64_t(0), work.compatSessions().finishAllOf(alice, later(world_->now, 1)));
        });
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM compat_sessions WHERE finished_at = timestamptz '1970-01-01 00:00:00+00' + interval '1750000000 seconds 123456 microseconds'"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM compat_sessions WHERE finished_at IS NULL"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UserContractTest);

}  // namespace latchkey::contract
