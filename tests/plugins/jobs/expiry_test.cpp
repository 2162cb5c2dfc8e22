// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/jobs/expiry_handlers.h"
#include "plugins/jobs/worker.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/recorded_events.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jobs {

namespace {

constexpr int kLong = 60'000;

// A hundred users and one; sessions of each kind that were last used an hour and two hours ago.
constexpr const char* kSessions = R"sql(
    INSERT INTO users (user_id, username, created_at) SELECT gen_random_uuid(), 'user' || n, now() FROM generate_series(1, 130) AS n;
    INSERT INTO oauth2_clients (oauth2_client_id, grant_type_authorization_code, grant_type_refresh_token, is_static) VALUES (gen_random_uuid(), true, true, false), (gen_random_uuid(), true, true, true);
    INSERT INTO oauth2_sessions (oauth2_session_id, user_id, oauth2_client_id, created_at, scope_list, last_active_at)
        SELECT gen_random_uuid(), user_id, oauth2_client_id, now(), '{}', now() - hours * interval '1 hour' FROM users, oauth2_clients, generate_series(1, 3, 2) AS hours;
    INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at) SELECT gen_random_uuid(), oauth2_session_id, md5(random()::text), now() FROM oauth2_sessions;
    INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at) SELECT gen_random_uuid(), oauth2_session_id, md5(random()::text), now() FROM oauth2_sessions;
    INSERT INTO oauth2_sessions (oauth2_session_id, user_id, oauth2_client_id, created_at, scope_list, last_active_at)
        SELECT gen_random_uuid(), null::uuid, oauth2_client_id, now(), '{}'::text[], now() - interval '1 day' FROM oauth2_clients
        UNION ALL SELECT gen_random_uuid(), (SELECT user_id FROM users LIMIT 1), oauth2_client_id, now(), '{}'::text[], null FROM oauth2_clients;
    INSERT INTO compat_sessions (compat_session_id, user_id, created_at, last_active_at)
        SELECT gen_random_uuid(), user_id, now(), now() - hours * interval '1 hour' FROM users, generate_series(1, 3, 2) AS hours UNION ALL SELECT gen_random_uuid(), (SELECT user_id FROM users LIMIT 1), now(), null;
    INSERT INTO user_sessions (user_session_id, user_id, created_at, last_active_at)
        SELECT gen_random_uuid(), user_id, now(), now() - hours * interval '1 hour' FROM users, generate_series(1, 3, 2) AS hours UNION ALL SELECT gen_random_uuid(), (SELECT user_id FROM users LIMIT 1), now(), null;
)sql";

}  // namespace

class ExpiryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExpiryTest);
    CPPUNIT_TEST(endsWhatNobodyUses);
    CPPUNIT_TEST(tellsTheHomeserverUserByUser);
    CPPUNIT_TEST(tellsOfEachSessionItEnded);
    CPPUNIT_TEST(endsOnlyTheKindsThatAreConfigured);
    CPPUNIT_TEST(endsNothingUnlessToldTo);
    CPPUNIT_TEST(readsItsConfiguration);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    Statistics statistics_;
    test::RecordedEvents events_;

    static ExpiryConfig config(bool oauth2 = true, bool compat = true, bool browser = true) {
        return {.ttl = Duration::seconds(2 * 3600), .oauth2 = oauth2, .compat = compat, .browser = browser};
    }
    // As the schedule does once in 15 minutes; what is left for other queues stays in the queue.
    void expire(const ExpiryConfig& config) {
        world_->sql(kSessions);
        const auto own = expiryHandlers(world_->store(), config, &events_);
        Handlers handlers;
        for (const auto& each : own) handlers.emplace(each->queue(), each.get());
        world_->commit([](UnitOfWork& work) { work.jobs().enqueue(newId(currentTime()), "expire-inactive-sessions", "null", currentTime()); });
        const Worker worker(world_->store(), nullptr, handlers, statistics_);
        const auto over = [&] { return world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name LIKE 'expire-%' AND schedule_name IS NULL AND status <> 'completed'") == "0"; };
        CPPUNIT_ASSERT_MESSAGE(world_->sql("SELECT string_agg(queue_name || ' ' || status || ' ' || coalesce(failed_reason, ''), ', ') FROM queue_jobs WHERE schedule_name IS NULL"), test::eventually(over, kLong));
    }
    std::string ended(const std::string& table, const std::string& more = "true") { return world_->sql("SELECT count(*) FROM " + table + " WHERE finished_at IS NOT NULL AND " + more); }

public:
    void endsWhatNobodyUses() {
        if (!world_) return;
        expire(config());
        CPPUNIT_ASSERT_EQUAL(std::string("130"), ended("oauth2_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("130"), ended("oauth2_sessions", "user_id IS NOT NULL AND last_active_at < now() - interval '2 hours' AND oauth2_client_id IN (SELECT oauth2_client_id FROM oauth2_clients WHERE NOT is_static)"));
        for (const char* table : {"compat_sessions", "user_sessions"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("130"), ended(table));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("130"), ended(table, "last_active_at < now() - interval '2 hours'"));
        }
        for (const char* table : {"oauth2_access_tokens", "oauth2_refresh_tokens"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("130"), world_->sql(std::string("SELECT count(*) FROM ") + table + " WHERE revoked_at IS NOT NULL"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("0"), world_->sql(std::string("SELECT count(*) FROM ") + table + " JOIN oauth2_sessions USING (oauth2_session_id) WHERE (revoked_at IS NULL) <> (finished_at IS NULL)"));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("two pages of each kind", std::string("6"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name LIKE 'expire-inactive-%-sessions'"));
    }

    void tellsTheHomeserverUserByUser() {
        if (!world_) return;
        expire(config(true, false, false));
        CPPUNIT_ASSERT_EQUAL(std::string("130 130"), world_->sql("SELECT count(*) || ' ' || count(DISTINCT payload ->> 'user_id') FROM queue_jobs WHERE queue_name = 'sync-devices' AND status = 'scheduled'"));
        CPPUNIT_ASSERT_EQUAL(std::string("00:01:00 00:17:30"), world_->sql("SELECT min(scheduled_at - created_at) || ' ' || max(scheduled_at - created_at) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
    }

    void tellsOfEachSessionItEnded() {
        if (!world_) return;
        expire(config());
        CPPUNIT_ASSERT_EQUAL(std::size_t{390}, events_.all.size());
        const std::vector<std::pair<SessionKind, std::string>> tables = {
            {SessionKind::oauth2, "oauth2_session"}, {SessionKind::compat, "compat_session"}, {SessionKind::browser, "user_session"}};
        for (const auto& [kind, table] : tables) {
            std::string told;
            for (const Event& each : events_.all) {
                if (each.sessionKind == kind) told += (told.empty() ? "('" : ",('") + each.sessionId->uuid() + "'::uuid,'" + each.userId->uuid() + "'::uuid)";
            }
            const std::string ended = "SELECT " + table + "_id, user_id FROM " + table + "s WHERE finished_at IS NOT NULL";
            const std::string both = world_->sql("SELECT count(*) FROM (" + ended + " INTERSECT SELECT * FROM (VALUES " + told + ") AS told) AS shared");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("130"), both);
        }
        events_.all.resize(1);
        CPPUNIT_ASSERT_EQUAL(std::string("session.ended actor=system via=jobs reason=inactive"), events_.list({"actor", "via", "reason", "count"}));
    }

    void endsOnlyTheKindsThatAreConfigured() {
        if (!world_) return;
        expire(config(false, false, true));
        CPPUNIT_ASSERT_EQUAL(std::string("0 0 130"), ended("oauth2_sessions") + ' ' + ended("compat_sessions") + ' ' + ended("user_sessions"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("browsers have no devices", std::string("0"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
    }

    void endsNothingUnlessToldTo() {
        if (!world_) return;
        expire({});
        CPPUNIT_ASSERT_EQUAL(std::string("0 0 0"), ended("oauth2_sessions") + ' ' + ended("compat_sessions") + ' ' + ended("user_sessions"));
    }

    void readsItsConfiguration() {
        const auto read = [](const std::string& yaml) {
            config::Tree tree;
            config::Problems problems;
            tree.merge(config::parseYaml(yaml, "test.yaml", problems));
            return ExpiryConfig::parse(config::Section(tree, problems));
        };
        CPPUNIT_ASSERT(!read("{}").ttl && !read("experimental: {access_token_ttl: 300}").ttl);
        const ExpiryConfig all = read("experimental: {inactive_session_expiration: {ttl: 3600}}");
        CPPUNIT_ASSERT(all.ttl == Duration::seconds(3600) && all.oauth2 && all.compat && all.browser);
        const ExpiryConfig some = read("experimental: {inactive_session_expiration: {ttl: 3600, expire_compat_sessions: false, expire_user_sessions: false}}");
        CPPUNIT_ASSERT(some.oauth2 && !some.compat && !some.browser);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ExpiryTest);

}  // namespace latchkey::jobs
