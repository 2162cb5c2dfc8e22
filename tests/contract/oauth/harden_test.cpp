// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/harden.h"

#include "domain/compat/token_repository.h"
#include "domain/token/token_digest.h"
#include "domain/user/recovery.h"
#include "domain/user/user_email.h"
#include "tests/contract/oauth/world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

namespace latchkey::contract {

/// `database harden` on a database that MAS made.
class HardenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HardenTest);
    CPPUNIT_TEST(turnsEveryTextIntoItsDigest);
    CPPUNIT_TEST(turnsTokensOfTheCompatibilityApi);
    CPPUNIT_TEST(goesOnAfterAnInterruption);
    CPPUNIT_TEST(leavesHeldRowsToLater);
    CPPUNIT_TEST(missesNothingBesideARunningServer);
    CPPUNIT_TEST(waitsForTransactionsThatMayWritePlainTexts);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    std::int64_t harden(std::int64_t batch = 1'000) {
        pg::Connection connection(pg::ConnectOptions::parse(world_->conninfo()));
        pg::Harden command(connection, batch);
        command.switchToDigests();
        const std::int64_t changed = command.convert([](const std::string&, std::int64_t, std::int64_t) {});
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), command.plainTexts());
        return changed;
    }

    OAuthSession plainTokens(int count) {
        world_->keepPlain();
        const OAuthSession session = world_->session();
        for (int i = 0; i < count; ++i) {
            const AccessToken access = world_->access(session.id, "mat_" + std::to_string(i));
            world_->refresh(session.id, access.id, "mar_" + std::to_string(i));
        }
        return session;
    }

    void recoveryTicket(const std::string& text) {
        const Ulid user = world_->user(), email = world_->id(), recovery = world_->id();
        world_->commit([&](UnitOfWork& work) {
            work.emails().add({.id = email, .userId = user, .email = "a@example.org", .createdAt = world_->now});
            work.recoveries().add({.id = recovery, .email = "a@example.org", .userAgent = "", .ipAddress = {}, .locale = "en", .createdAt = world_->now, .consumedAt = {}});
            work.recoveries().addTicket({world_->id(), recovery, email, world_->now, later(world_->now, 60)}, text);
        });
        CPPUNIT_ASSERT_EQUAL(text, world_->sql("SELECT ticket FROM user_recovery_tickets"));
    }

    void turnsEveryTextIntoItsDigest() {
        if (!world_) return;
        const OAuthSession session = plainTokens(7);
        recoveryTicket("ticket");
        AuthorizationGrant grant;
        grant.id = world_->id();
        grant.clientId = session.clientId;
        grant.createdAt = world_->now;
        DeviceCodeGrant device;
        device.id = world_->id();
        device.clientId = session.clientId;
        device.createdAt = world_->now;
        device.expiresAt = later(world_->now, 60);
        world_->commit([&](UnitOfWork& work) {
            work.authorizationGrants().add(grant, "code");
            grant.id = world_->id();
            grant.responseTypeCode = false;
            work.authorizationGrants().add(grant, "");
            work.deviceCodeGrants().add(device, "device", "ABCDEF");
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t(17), harden(3));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), harden(3));
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_6") && work->tokens().findRefresh("mar_6"));
        CPPUNIT_ASSERT(work->authorizationGrants().findByCode("code") && work->deviceCodeGrants().findByDeviceCode("device"));
        CPPUNIT_ASSERT(work->deviceCodeGrants().findByUserCode("ABCDEF"));
        CPPUNIT_ASSERT(work->recoveries().findTicket("ticket"));
        CPPUNIT_ASSERT_EQUAL(std::string("digest"), world_->sql("SELECT value FROM latchkey_settings"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mat_0"), world_->sql("SELECT access_token FROM oauth2_access_tokens WHERE access_token = '" + tokenDigest("mat_0") + "'"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("device"), world_->sql("SELECT device_code FROM oauth2_device_code_grant"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("ticket"), world_->sql("SELECT ticket FROM user_recovery_tickets"));
    }

    void turnsTokensOfTheCompatibilityApi() {
        if (!world_) return;
        const std::string user = "'" + world_->user().uuid() + "'";
        world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, created_at) VALUES (" + user + ", " + user + ", now());"
                    "INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at) VALUES (" + user + ", " + user + ", 'mct_1', now())");
        harden();
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mct_1"), world_->sql("SELECT access_token FROM compat_access_tokens"));
        CPPUNIT_ASSERT(world_->store().begin()->compatTokens().findAccess("mct_1").has_value());
    }

    void goesOnAfterAnInterruption() {
        if (!world_) return;
        plainTokens(5);
        struct Interrupted {};
        pg::Connection connection(pg::ConnectOptions::parse(world_->conninfo()));
        pg::Harden command(connection, 2);
        command.switchToDigests();
        CPPUNIT_ASSERT_THROW(command.convert([](const std::string&, std::int64_t, std::int64_t) { throw Interrupted(); }), Interrupted);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(8), command.plainTexts());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(8), harden(2));
    }

    void leavesHeldRowsToLater() {
        if (!world_) return;
        const OAuthSession session = plainTokens(3);
        auto holder = world_->store().begin();
        CPPUNIT_ASSERT(holder->tokens().revokeAccess(holder->tokens().findAccess("mat_1")->token.id, world_->now));
        std::atomic<std::int64_t> changed{0};
        std::thread hardening([&] { changed = harden(10); });
        const std::string digested = "SELECT count(*) FROM oauth2_access_tokens WHERE access_token LIKE 'sha256$%'";
        const bool others = test::eventually([&] { return world_->sql(digested) == "2"; }, 30'000);
        holder->commit();
        holder.reset();
        hardening.join();
        CPPUNIT_ASSERT_MESSAGE("the rows that nobody holds should have been done", others);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(6), changed.load());
        CPPUNIT_ASSERT(world_->store().begin()->tokens().findAccess("mat_1")->token.revokedAt == world_->now);
    }

    void missesNothingBesideARunningServer() {
        if (!world_) return;
        const OAuthSession session = plainTokens(50);
        std::atomic<bool> stop{false};
        std::atomic<int> lost{0};
        std::atomic<int> added{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; !stop; ++i) {
                    const std::string text = "mat_" + std::to_string(t) + "x" + std::to_string(i);
                    world_->access(session.id, text);
                    ++added;
                    if (!world_->store().reading()->tokens().findAccess(text)) ++lost;
                    if (!world_->store().reading()->tokens().findAccess("mat_" + std::to_string(i % 50))) ++lost;
                }
            });
        }
        test::eventually([&] { return added > 20; }, 30'000);
        harden(7);
        const int before = added;
        test::eventually([&] { return added > before + 20; }, 30'000);
        stop = true;
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT_EQUAL(0, lost.load());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM oauth2_access_tokens WHERE access_token NOT LIKE 'sha256$%'"));
    }

    // One that looked the setting up and has not committed: its plain text must be found, so the switch comes after it.
    void waitsForTransactionsThatMayWritePlainTexts() {
        if (!world_) return;
        const OAuthSession session = plainTokens(1);
        auto slow = world_->store().begin();
        slow->tokens().addAccess({.id = world_->id(), .sessionId = session.id, .createdAt = world_->now, .expiresAt = {}, .revokedAt = {}, .firstUsedAt = {}}, "mat_slow");
        std::thread hardening([&] { harden(); });
        const bool waits = test::eventually(
            [&] { return world_->sql("SELECT count(*) FROM pg_locks WHERE relation = 'latchkey_settings'::regclass AND NOT granted") == "1"; }, 30'000);
        const std::string meanwhile = world_->sql("SELECT 'still ' || count(*) FROM oauth2_access_tokens WHERE access_token LIKE 'sha256$%'");
        slow->commit();
        slow.reset();
        hardening.join();
        CPPUNIT_ASSERT_MESSAGE("nobody waited", waits);
        CPPUNIT_ASSERT_EQUAL(std::string("still 0"), meanwhile);
        CPPUNIT_ASSERT(world_->store().begin()->tokens().findAccess("mat_slow").has_value());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HardenTest);

}  // namespace latchkey::contract
