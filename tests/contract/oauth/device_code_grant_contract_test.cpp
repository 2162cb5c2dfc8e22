// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_digest.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

using State = DeviceCodeGrant::State;

class DeviceCodeGrantContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeviceCodeGrantContractTest);
    CPPUNIT_TEST(keepsEveryField);
    CPPUNIT_TEST(findsByEitherCode);
    CPPUNIT_TEST(aUserCodeInUseIsAConflictThatLeavesTheWorkUsable);
    CPPUNIT_TEST(goesFromPendingToExchanged);
    CPPUNIT_TEST(changesNothingInAnotherStateOrWhenExpired);
    CPPUNIT_TEST(exchangingHasOneWinnerOfFifty);
    CPPUNIT_TEST(decidingHasOneWinnerOfFifty);
    CPPUNIT_TEST(readsTheEmptyScopeOfTheReference);
    CPPUNIT_TEST(refusesContradictoryColumns);
    CPPUNIT_TEST(tellsPollsThatComeTooSoon);
    CPPUNIT_TEST(oneOfFiftyPollsIsNotTooSoon);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    DeviceCodeGrant grant(const Ulid& client) {
        DeviceCodeGrant made;
        made.id = world_->id();
        made.clientId = client;
        made.scope = scope("openid");
        made.createdAt = world_->now;
        made.expiresAt = later(world_->now, 1200);
        return made;
    }

    DeviceCodeGrant added(const std::string& deviceCode, const std::string& userCode) {
        const DeviceCodeGrant made = grant(world_->client());
        world_->commit([&](UnitOfWork& work) { work.deviceCodeGrants().add(made, deviceCode, userCode); });
        return made;
    }

    std::optional<DeviceCodeGrant> find(const Ulid& id) { return world_->store().begin()->deviceCodeGrants().find(id); }

    void keepsEveryField() {
        if (!world_) return;
        DeviceCodeGrant made = grant(world_->client());
        made.ipAddress = "2001:db8::1";
        made.userAgent = "TV";
        made.locale = "fr";
        world_->commit([&](UnitOfWork& work) { work.deviceCodeGrants().add(made, "device", "ABCDEF"); });
        const auto found = find(made.id);
        CPPUNIT_ASSERT(found && found->clientId == made.clientId && found->state == State::pending && found->scope == made.scope);
        CPPUNIT_ASSERT(found->createdAt == made.createdAt && found->expiresAt == made.expiresAt && !found->browserSessionId && !found->sessionId);
        CPPUNIT_ASSERT(found->ipAddress == made.ipAddress && found->userAgent == made.userAgent && found->locale == made.locale);
        DeviceCodeGrant strange = grant(made.clientId);
        strange.ipAddress = "unknown";
        world_->commit([&](UnitOfWork& work) { work.deviceCodeGrants().add(strange, "device2", "GHIJKL"); });
        CPPUNIT_ASSERT(!find(strange.id)->ipAddress);
    }

    void findsByEitherCode() {
        if (!world_) return;
        const DeviceCodeGrant digested = added("device1", "AAAAAA");
        world_->keepPlain();
        const DeviceCodeGrant plain = added("device2", "BBBBBB");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->deviceCodeGrants().findByDeviceCode("device1")->id == digested.id);
        CPPUNIT_ASSERT(work->deviceCodeGrants().findByDeviceCode("device2")->id == plain.id);
        CPPUNIT_ASSERT(!work->deviceCodeGrants().findByDeviceCode(tokenDigest("device1")));
        CPPUNIT_ASSERT(work->deviceCodeGrants().findByUserCode("AAAAAA")->id == digested.id);
        CPPUNIT_ASSERT(!work->deviceCodeGrants().findByUserCode("CCCCCC"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("device1"), world_->sql("SELECT device_code FROM oauth2_device_code_grant WHERE user_code = 'AAAAAA'"));
        CPPUNIT_ASSERT_EQUAL(std::string("device2"), world_->sql("SELECT device_code FROM oauth2_device_code_grant WHERE user_code = 'BBBBBB'"));
    }

    void aUserCodeInUseIsAConflictThatLeavesTheWorkUsable() {
        if (!world_) return;
        const DeviceCodeGrant first = added("device1", "AAAAAA");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT_THROW(work->deviceCodeGrants().add(grant(first.clientId), "device2", "AAAAAA"), Conflict);
        work->deviceCodeGrants().add(grant(first.clientId), "device2", "BBBBBB");
        work->commit();
        CPPUNIT_ASSERT(world_->store().begin()->deviceCodeGrants().findByUserCode("BBBBBB").has_value());
    }

    void goesFromPendingToExchanged() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        const Ulid user = world_->user();
        const Ulid browser = world_->browserSession(user);
        const OAuthSession session = world_->session(user);
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->deviceCodeGrants().fulfil(made.id, browser, {.locale = "de"}, world_->now));
        const auto fulfilled = work->deviceCodeGrants().find(made.id);
        CPPUNIT_ASSERT(fulfilled->state == State::fulfilled && fulfilled->browserSessionId == browser && fulfilled->locale == "de");
        CPPUNIT_ASSERT(work->deviceCodeGrants().exchange(made.id, session.id, world_->now));
        const auto exchanged = work->deviceCodeGrants().find(made.id);
        CPPUNIT_ASSERT(exchanged->state == State::exchanged && exchanged->sessionId == session.id);
    }

    void changesNothingInAnotherStateOrWhenExpired() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device1", "AAAAAA");
        const DeviceCodeGrant expired = added("device2", "BBBBBB");
        const Ulid user = world_->user();
        const Ulid browser = world_->browserSession(user);
        const OAuthSession session = world_->session(user);
        const auto work = world_->store().begin();
        DeviceCodeGrantRepository& grants = work->deviceCodeGrants();
        CPPUNIT_ASSERT(!grants.exchange(made.id, session.id, world_->now));
        CPPUNIT_ASSERT(grants.reject(made.id, browser, world_->now) && grants.find(made.id)->state == State::rejected);
        CPPUNIT_ASSERT(!grants.reject(made.id, browser, world_->now) && !grants.fulfil(made.id, browser, {}, world_->now));
        CPPUNIT_ASSERT(!grants.exchange(made.id, session.id, world_->now));
        for (const Instant late : {expired.expiresAt, later(expired.expiresAt, 1)}) {
            CPPUNIT_ASSERT(!grants.fulfil(expired.id, browser, {}, late) && !grants.reject(expired.id, browser, late));
        }
        CPPUNIT_ASSERT(grants.fulfil(expired.id, browser, {}, world_->now));
        for (const Instant late : {expired.expiresAt, later(expired.expiresAt, 1)}) CPPUNIT_ASSERT(!grants.exchange(expired.id, session.id, late));
        CPPUNIT_ASSERT(grants.find(expired.id)->state == State::fulfilled && grants.find(made.id)->state == State::rejected);
    }

    void exchangingHasOneWinnerOfFifty() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        const Ulid user = world_->user();
        const Ulid browser = world_->browserSession(user);
        const OAuthSession session = world_->session(user);
        world_->commit([&](UnitOfWork& work) { work.deviceCodeGrants().fulfil(made.id, browser, {}, world_->now); });
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.deviceCodeGrants().exchange(made.id, session.id, world_->now); }));
    }

    void decidingHasOneWinnerOfFifty() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        const Ulid browser = world_->browserSession(world_->user());
        std::atomic<int> turn{0};
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) {
            if (turn++ % 2 == 0) return work.deviceCodeGrants().reject(made.id, browser, world_->now);
            return work.deviceCodeGrants().fulfil(made.id, browser, {}, world_->now);
        }));
    }

    void readsTheEmptyScopeOfTheReference() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        world_->sql("UPDATE oauth2_device_code_grant SET scope = ''");
        CPPUNIT_ASSERT(find(made.id)->scope.empty());
    }

    void refusesContradictoryColumns() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        const std::string browser = world_->browserSession(world_->user()).uuid();
        for (const std::string& change : std::vector<std::string>{"fulfilled_at = now()", "rejected_at = now()", "user_session_id = '" + browser + "'",
                                                                  "fulfilled_at = now(), rejected_at = now(), user_session_id = '" + browser + "'",
                                                                  "fulfilled_at = now(), exchanged_at = now(), user_session_id = '" + browser + "'"}) {
            world_->sql("UPDATE oauth2_device_code_grant SET fulfilled_at = NULL, rejected_at = NULL, exchanged_at = NULL, user_session_id = NULL");
            CPPUNIT_ASSERT(find(made.id).has_value());
            world_->sql("UPDATE oauth2_device_code_grant SET " + change);
            CPPUNIT_ASSERT_THROW_MESSAGE(change, find(made.id), StorageInconsistent);
        }
    }

    void tellsPollsThatComeTooSoon() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        const Duration five = Duration::seconds(5);
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->deviceCodeGrants().poll(made.id, five, world_->now));
        CPPUNIT_ASSERT(!work->deviceCodeGrants().poll(made.id, five, later(world_->now, 4)));
        CPPUNIT_ASSERT(!work->deviceCodeGrants().poll(made.id, five, later(world_->now, 8)));  // the last one was at 4
        CPPUNIT_ASSERT(work->deviceCodeGrants().poll(made.id, five, later(world_->now, 13)));
        CPPUNIT_ASSERT(!work->deviceCodeGrants().poll(made.id, five, later(world_->now, 12)));  // another process's clock is behind
        CPPUNIT_ASSERT(work->deviceCodeGrants().poll(made.id, five, later(world_->now, 18)));
    }

    void oneOfFiftyPollsIsNotTooSoon() {
        if (!world_) return;
        const DeviceCodeGrant made = added("device", "AAAAAA");
        std::atomic<int> inTime{0};
        const int committed = world_->winners([&](UnitOfWork& work) {
            if (work.deviceCodeGrants().poll(made.id, Duration::seconds(5), world_->now)) ++inTime;
            return true;
        });
        CPPUNIT_ASSERT_EQUAL(50, committed);
        CPPUNIT_ASSERT_EQUAL(1, inTime.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DeviceCodeGrantContractTest);

}  // namespace latchkey::contract
