// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/worker.h"

#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "domain/user_locks.h"
#include "kernel/deadline.h"
#include "plugins/jobs/leader.h"
#include "plugins/jobs/user_handlers.h"
#include "plugins/storage-postgres/notification_listener.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/recorded_events.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdio>
#include <ctime>

namespace latchkey::jobs {

namespace {

constexpr int kLong = 60'000;

/// A queue that does what the test says.
class Scripted final : public JobHandler {
public:
    std::string_view queue() const override { return "test"; }
    JobOutcome run(std::string_view payload, const JobContext& context) override {
        ++runs;
        startedAt = test::nowMs();
        return what ? what(payload, context) : JobOutcome::done();
    }
    std::function<JobOutcome(std::string_view, const JobContext&)> what;
    std::atomic<int> runs{0};
    std::atomic<std::int64_t> startedAt{0};
};

/// Answers at once, and remembers.
class FastHomeserver final : public Homeserver {
public:
    HomeserverCapabilities capabilities() const override { return {}; }
    void ping(const HomeserverCall&) override {}
    std::optional<HomeserverUser> findUser(std::string_view, const HomeserverCall&) override { return std::nullopt; }
    LocalpartAvailability availability(std::string_view, const HomeserverCall&) override { return LocalpartAvailability::available; }
    bool provisionUser(const UserProvision& user, const HomeserverCall&) override {
        const std::lock_guard lock(mutex);
        ++provisions;
        if (user.displayName.kind == ProfileChange::Kind::set) provisioned = user;
        return true;
    }
    void deleteUser(std::string_view, bool erase, const HomeserverCall&) override { erased = erase; }
    void reactivateUser(std::string_view, const HomeserverCall&) override { ++reactivations; }
    void setDisplayName(std::string_view, const std::optional<std::string>&, const HomeserverCall&) override {}
    void upsertDevice(std::string_view, std::string_view, const std::optional<std::string>&, const HomeserverCall&) override {}
    void setDeviceName(std::string_view, std::string_view, std::string_view, const HomeserverCall&) override {}
    void deleteDevice(std::string_view, std::string_view, const HomeserverCall&) override {}
    void syncDevices(std::string_view, const std::vector<std::string>& ids, const HomeserverCall&) override {
        const std::lock_guard lock(mutex);
        if (syncs++ == 0 && !known) throw HomeserverError("no such user", HomeserverError::Reason::notFound);
        devices = ids;
    }
    void allowCrossSigningReset(std::string_view, const HomeserverCall&) override {}

    std::mutex mutex;
    bool known = true;
    int provisions = 0, syncs = 0;
    std::atomic<int> reactivations{0};
    std::atomic<bool> erased{false};
    UserProvision provisioned;
    std::vector<std::string> devices;
};

class NoLocks final : public UserLocks {
public:
    std::unique_ptr<UserLock> acquire(const Ulid&, Duration) override { return std::make_unique<UserLock>(); }
};

}  // namespace

class WorkerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WorkerTest);
    CPPUNIT_TEST(twoWorkersShareJobs);
    CPPUNIT_TEST(wakesAtOnce);
    CPPUNIT_TEST(retriesWithGrowingPauses);
    CPPUNIT_TEST(neverRetriesWhatCannotSucceed);
    CPPUNIT_TEST(survivesWhateverIsThrown);
    CPPUNIT_TEST(takesUpJobsOfDeadWorkers);
    CPPUNIT_TEST(takesUpLostJobsBesideALeaderThatLeavesThem);
    CPPUNIT_TEST(registersAgainWhenDeclaredDead);
    CPPUNIT_TEST(registersAgainAtOnceIfThatWasNotCommitted);
    CPPUNIT_TEST(anotherLeadsWhenTheLeaderGoes);
    CPPUNIT_TEST(goesOnWhenConnectionsAreLost);
    CPPUNIT_TEST(plansTheScheduleOnce);
    CPPUNIT_TEST(putsBackWhatDoesNotEndInTime);
    CPPUNIT_TEST(doesNotHangOnAJobThatDoes);
    CPPUNIT_TEST(keepsTheWordsOfAFailure);
    CPPUNIT_TEST(countsWhatWaits);
    CPPUNIT_TEST(tellsTheHomeserver);
    CPPUNIT_TEST(measuresProvisioning);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    Scripted script_;
    Statistics statistics_;
    test::RecordedEvents events_;
    FastHomeserver homeserver_;
    NoLocks locks_;
    std::unique_ptr<pg::PgNotifications> notifications_;

    std::unique_ptr<Worker> worker(Handlers handlers = {}, std::int64_t heartbeatMs = 30'000) {
        if (handlers.empty()) handlers = {{"test", &script_}};
        if (!notifications_) notifications_ = std::make_unique<pg::PgNotifications>(pg::ConnectOptions::parse(world_->conninfo()));
        return std::make_unique<Worker>(world_->store(), notifications_.get(), std::move(handlers), statistics_, heartbeatMs);
    }
    void enqueue(int count = 1, const char* queue = "test", const std::string& payload = "{}") {
        world_->commit([&](UnitOfWork& work) {
            for (int i = 0; i < count; ++i) work.jobs().enqueue(newId(currentTime()), queue, payload, currentTime());
        });
    }
    std::string count(const std::string& where) { return world_->sql("SELECT count(*) FROM queue_jobs WHERE " + where); }
    void await(const std::string& question, const std::string& answer) {
        const bool came = test::eventually([&] { return world_->sql(question) == answer; }, kLong);
        CPPUNIT_ASSERT_MESSAGE(question + ": " + world_->sql(question) + ", not " + answer, came);
    }
    void awaitJobs(const std::string& where, const std::string& number) { await("SELECT count(*) FROM queue_jobs WHERE " + where, number); }

    void twoWorkersShareJobs() {
        if (!world_) return;
        const auto one = worker();
        const auto two = worker();
        enqueue(200);
        world_->sql("INSERT INTO queue_jobs (queue_job_id, queue_name, payload, metadata, created_at) VALUES (gen_random_uuid(), 'test', '{}', "
                    "'{\"trace_id\":\"00000000000000000000000000000000\",\"span_id\":\"0000000000000000\",\"trace_flags\":0}', now()), (gen_random_uuid(), 'unknown', '{}', '{}', now())");
        awaitJobs("status = 'completed'", "201");
        CPPUNIT_ASSERT_EQUAL(201, script_.runs.load());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("status = 'available' AND queue_name = 'unknown'"));
    }

    void wakesAtOnce() {
        if (!world_) return;
        const auto one = worker();
        enqueue();
        awaitJobs("status = 'completed'", "1");
        std::int64_t best = kLong;
        std::int64_t sum = 0;
        for (int i = 2; i < 22; ++i) {
            const std::int64_t begin = test::nowMs();
            enqueue();
            awaitJobs("status = 'completed'", std::to_string(i));
            best = std::min(best, script_.startedAt - begin);
            sum += script_.startedAt - begin;
        }
        std::printf("enqueue to run: best %lld ms, mean %.1f ms\n", static_cast<long long>(best), static_cast<double>(sum) / 20);
        CPPUNIT_ASSERT(best < 100);
    }

    void retriesWithGrowingPauses() {
        if (!world_) return;
        script_.what = [](auto, auto&) { return JobOutcome::retry("not yet\n\x01\xff"); };
        const auto one = worker();
        enqueue();
        awaitJobs("status = 'failed' AND attempt = 0 AND next_attempt_id IS NOT NULL AND failed_reason LIKE 'not%'", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("status = 'scheduled' AND attempt = 1 AND scheduled_at - created_at = interval '5 seconds'"));
        world_->sql("UPDATE queue_jobs SET attempt = 10, scheduled_at = now() WHERE status = 'scheduled' AND queue_name = 'test'");
        awaitJobs("status = 'failed' AND attempt = 10 AND next_attempt_id IS NULL", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), count("queue_name = 'test'"));
    }

    void neverRetriesWhatCannotSucceed() {
        if (!world_) return;
        script_.what = [](auto, auto&) { return JobOutcome::failed("no such user"); };
        const auto one = worker();
        enqueue();
        awaitJobs("status = 'failed' AND failed_reason = 'no such user' AND next_attempt_id IS NULL", "1");
    }

    void survivesWhateverIsThrown() {
        if (!world_) return;
        script_.what = [](std::string_view payload, const JobContext&) -> JobOutcome {
            if (payload == "1") throw Error("thrown");
            if (payload == "2") throw 7;
            return JobOutcome::done();
        };
        const auto one = worker();
        for (const char* each : {"1", "2", "3"}) enqueue(1, "test", each);
        awaitJobs("status = 'completed'", "1");
        awaitJobs("status = 'failed' AND queue_name = 'test'", "2");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), count("status = 'scheduled' AND attempt = 1"));
    }

    void takesUpJobsOfDeadWorkers() {
        if (!world_) return;
        world_->sql("INSERT INTO queue_workers (queue_worker_id, registered_at, last_seen_at) VALUES ('00000000-0000-0000-0000-000000000001', now() - interval '1 hour', now() - interval '3 minutes');"
                    "INSERT INTO queue_schedules (schedule_name) VALUES ('prune-stale-policy-data');"
                    "INSERT INTO queue_jobs (queue_job_id, queue_name, status, created_at, started_at, started_by, schedule_name) VALUES "
                    "('00000000-0000-0000-0000-000000000002', 'test', 'running', now(), now(), '00000000-0000-0000-0000-000000000001', 'prune-stale-policy-data');"
                    "UPDATE queue_schedules SET last_scheduled_at = now() - interval '1 day', last_scheduled_job_id = '00000000-0000-0000-0000-000000000002'");
        const auto one = worker();
        awaitJobs("status = 'completed' AND attempt = 1", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("status = 'failed' AND attempt = 0"));
        await("SELECT count(*) FROM queue_schedules WHERE schedule_name = 'prune-stale-policy-data' AND last_scheduled_at > now()", "1");
    }

    // MAS leads all the time, and declares workers dead, but never touches what they ran.
    void takesUpLostJobsBesideALeaderThatLeavesThem() {
        if (!world_) return;
        world_->sql("INSERT INTO queue_workers (queue_worker_id, registered_at, last_seen_at, shutdown_at) VALUES ('00000000-0000-0000-0000-000000000001', now(), now(), now()), "
                    "('00000000-0000-0000-0000-000000000003', now(), now(), NULL);"
                    "INSERT INTO queue_leader (active, elected_at, expires_at, queue_worker_id) VALUES (true, now(), now() + interval '1 hour', '00000000-0000-0000-0000-000000000003');"
                    "INSERT INTO queue_jobs (queue_job_id, queue_name, status, created_at, started_at, started_by) VALUES "
                    "('00000000-0000-0000-0000-000000000002', 'test', 'running', now(), now(), '00000000-0000-0000-0000-000000000001'),"
                    "('00000000-0000-0000-0000-000000000004', 'test', 'running', now(), now(), '00000000-0000-0000-0000-000000000003')");
        const auto one = worker({}, 1);
        awaitJobs("status = 'scheduled' AND attempt = 1", "1");  // the leader releases it
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("status = 'failed' AND attempt = 0 AND queue_job_id = '00000000-0000-0000-0000-000000000002'"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("of a worker that lives", std::string("1"), count("status = 'running'"));
        CPPUNIT_ASSERT_EQUAL(std::string("00000000-0000-0000-0000-000000000003"), world_->sql("SELECT queue_worker_id FROM queue_leader"));
    }

    void registersAgainWhenDeclaredDead() {
        if (!world_) return;
        const auto one = worker({}, 1);
        await("SELECT count(*) FROM queue_workers", "1");
        world_->sql("UPDATE queue_workers SET shutdown_at = now()");
        await("SELECT count(*) FROM queue_workers WHERE shutdown_at IS NULL", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM queue_workers"));
        enqueue();
        awaitJobs("status = 'completed'", "1");
    }

    // The database goes away in just that moment. Sequences remember what a transaction did that was rolled back.
    void registersAgainAtOnceIfThatWasNotCommitted() {
        if (!world_) return;
        world_->sql("CREATE SEQUENCE refused;"
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('refused'); RAISE EXCEPTION 'refused'; END $$;"
                    "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON queue_workers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
        const std::int64_t begin = test::nowMs();
        const auto one = worker({}, kLong);
        await("SELECT is_called FROM refused", "t");
        world_->sql("DROP TRIGGER refuse ON queue_workers");
        enqueue();
        awaitJobs("status = 'completed'", "1");
        CPPUNIT_ASSERT_MESSAGE("not only after the next sign of life", test::nowMs() - begin < kLong / 2);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM queue_workers"));
    }

    void anotherLeadsWhenTheLeaderGoes() {
        if (!world_) return;
        auto one = worker();
        await("SELECT count(*) FROM queue_leader", "1");
        const std::string first = world_->sql("SELECT queue_worker_id FROM queue_leader");
        const auto two = worker();
        await("SELECT count(*) FROM queue_workers", "2");
        CPPUNIT_ASSERT_EQUAL(first, world_->sql("SELECT queue_worker_id FROM queue_leader"));
        one.reset();
        await("SELECT count(*) FROM queue_leader WHERE queue_worker_id <> '" + first + "'", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM queue_workers WHERE shutdown_at IS NOT NULL"));
    }

    void goesOnWhenConnectionsAreLost() {
        if (!world_) return;
        const auto one = worker();
        enqueue();
        awaitJobs("status = 'completed'", "1");
        for (int i = 0; i < 3; ++i) {
            world_->sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            world_->sql("INSERT INTO queue_jobs (queue_job_id, queue_name, created_at) VALUES (gen_random_uuid(), 'test', now())");
            awaitJobs("status = 'completed'", std::to_string(i + 2));
        }
    }

    void plansTheScheduleOnce() {
        if (!world_) return;
        const auto one = worker();
        const auto two = worker();
        await("SELECT count(*) FROM queue_schedules WHERE last_scheduled_at > now()", "21");
        CPPUNIT_ASSERT_EQUAL(std::string("21"), count("status = 'scheduled' AND schedule_name = queue_name AND payload = 'null' AND metadata = '{}'"));
        leaderDuties(world_->store(), currentTime());
        CPPUNIT_ASSERT_EQUAL(std::string("21"), count("schedule_name IS NOT NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count("schedule_name = 'prune-stale-policy-data' AND to_char(scheduled_at AT TIME ZONE 'UTC', 'HH24:MI:SS') <> '02:00:00'"));
    }

    void putsBackWhatDoesNotEndInTime() {
        if (!world_) return;
        std::atomic<bool> go{false};
        script_.what = [&](auto, auto&) {
            while (!go) test::sleepMs(5);
            return JobOutcome::done();
        };
        auto one = worker();
        enqueue(20);
        awaitJobs("status = 'running'", "15");
        const Deadline deadline(50);
        one->drain(deadline);
        CPPUNIT_ASSERT_EQUAL(std::string("20"), count("status = 'available' AND queue_name = 'test' AND started_by IS NULL AND attempt = 0"));
        go = true;
        one.reset();
        CPPUNIT_ASSERT_EQUAL(10, script_.runs.load());
    }

    void doesNotHangOnAJobThatDoes() {
        if (!world_) return;
        // What is left behind may outlive this test.
        static std::atomic<bool> go{false}, ended{false};
        static Scripted hanging;
        static Statistics statistics;
        hanging.what = [](auto, auto&) {
            while (!go) test::sleepMs(5);
            ended = true;
            return JobOutcome::done();
        };
        auto one = std::make_unique<Worker>(world_->store(), nullptr, Handlers{{"test", &hanging}}, statistics);
        enqueue();
        awaitJobs("status = 'running'", "1");
        const std::int64_t begin = test::nowMs();
        one->drain(Deadline(50));
        one.reset();
        CPPUNIT_ASSERT(test::nowMs() - begin < 30'000);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count("status = 'available' AND queue_name = 'test'"));
        go = true;
        CPPUNIT_ASSERT(test::eventually([&] { return ended.load(); }, kLong));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it belongs to others now", std::string("1"), count("status = 'available' AND queue_name = 'test'"));
    }

    void keepsTheWordsOfAFailure() {
        if (!world_) return;
        script_.what = [](auto, auto&) { return JobOutcome::failed("Zoë: \xE2\x82\xAC\xFF"); };
        const auto one = worker();
        enqueue();
        awaitJobs("status = 'failed' AND failed_reason = 'Zoë: €?'", "1");
    }

    void countsWhatWaits() {
        if (!world_) return;
        enqueue(3, "unknown");
        world_->sql("UPDATE queue_jobs SET created_at = now() - interval '100 seconds'");
        const auto text = [&] {
            MetricsWriter writer;
            statistics_.collect(writer);
            return writer.text();
        };
        const auto one = worker();
        const auto shown = [&] { return text().find("latchkey_job_queue_depth{queue=\"unknown\",status=\"available\"} 3") != std::string::npos; };
        CPPUNIT_ASSERT_MESSAGE(text(), test::eventually(shown, kLong));
        const std::string all = text();
        const std::size_t at = all.find("latchkey_job_queue_oldest_seconds{queue=\"unknown\"} ");
        CPPUNIT_ASSERT_MESSAGE(all, at != std::string::npos);
        const double age = std::stod(all.substr(all.find("} ", at) + 2));
        CPPUNIT_ASSERT_MESSAGE(all, age >= 100 && age < 200);
        enqueue();
        awaitJobs("status = 'completed'", "1");
        const auto counted = [&] { return text().find("\njob_process_duration_milliseconds_count{job_queue_name=\"test\",job_result=\"success\",job_decision=\"\"} 1\n") != std::string::npos; };
        CPPUNIT_ASSERT_MESSAGE(text(), test::eventually(counted, kLong));
        for (const char* line : {"\njob_process_duration_milliseconds_bucket{job_queue_name=\"test\",job_result=\"success\",job_decision=\"\",le=\"+Inf\"} 1\n",
                                 "\njob_active_tasks{job_queue_name=\"test\"} 0\n", "\njob_worker_wakeups_total{reason=\""}) {
            CPPUNIT_ASSERT_MESSAGE(line + text(), text().find(line) != std::string::npos);
        }
    }

    void tellsTheHomeserver() {
        if (!world_) return;
        const Ulid user = world_->user();
        world_->sql("INSERT INTO compat_sessions (compat_session_id, user_id, device_id, created_at, is_synapse_admin) SELECT gen_random_uuid(), user_id, 'COMPAT', now(), false FROM users");
        const OAuthSession session = world_->session(user);
        world_->sql("UPDATE oauth2_sessions SET scope_list = '{openid,urn:matrix:client:device:STABLE,urn:matrix:org.matrix.msc2967.client:device:UNSTABLE}'");
        const auto own = userHandlers(world_->store(), homeserver_, locks_, &events_);
        Handlers handlers;
        for (const auto& each : own) handlers.emplace(each->queue(), each.get());
        homeserver_.known = false;
        const auto one = worker(handlers);
        const std::string id = "{\"user_id\":\"" + user.text() + "\"";
        enqueue(1, "provision-user", id + ",\"set_display_name\":\"Alice\"}");
        awaitJobs("queue_name = 'provision-user' AND status = 'completed'", "1");
        CPPUNIT_ASSERT(homeserver_.provisioned.displayName.value == "Alice" && homeserver_.provisioned.localpart == "alice");
        CPPUNIT_ASSERT_EQUAL(user.text(), homeserver_.provisioned.subject);
        awaitJobs("queue_name = 'sync-devices' AND status = 'failed'", "1");
        world_->sql("UPDATE queue_jobs SET scheduled_at = now() WHERE queue_name = 'sync-devices' AND status = 'scheduled'");
        awaitJobs("queue_name = 'sync-devices' AND status = 'completed'", "1");
        CPPUNIT_ASSERT(homeserver_.devices == (std::vector<std::string>{"COMPAT", "STABLE", "UNSTABLE"}));
        enqueue(1, "deactivate-user", id + ",\"hs_erase\":true}");
        awaitJobs("queue_name = 'deactivate-user' AND status = 'completed'", "1");
        CPPUNIT_ASSERT(homeserver_.erased);
        CPPUNIT_ASSERT_EQUAL(std::string("1 0"), world_->sql("SELECT (SELECT count(*) FROM users WHERE deactivated_at IS NOT NULL) || ' ' || (SELECT count(*) FROM compat_sessions WHERE finished_at IS NULL)"));
        enqueue(1, "deactivate-user", id + "}");
        awaitJobs("queue_name = 'deactivate-user' AND status = 'completed'", "2");
        CPPUNIT_ASSERT_EQUAL_MESSAGE("what had ended already is not told again", std::string("session.ended actor=system via=jobs username=alice reason=deactivated count=2"),
                                     events_.list({"actor", "via", "username", "reason", "count"}));
        enqueue(1, "reactivate-user", id + "}");
        awaitJobs("queue_name = 'reactivate-user' AND status = 'completed'", "1");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM users WHERE deactivated_at IS NULL"));
        enqueue(1, "sync-devices", "{\"user_id\":\"00000000000000000000000000\"}");
        awaitJobs("queue_name = 'sync-devices' AND status = 'failed' AND next_attempt_id IS NULL", "1");
    }

    void measuresProvisioning() {
        if (!world_) return;
        const Ulid user = world_->user();
        const auto own = userHandlers(world_->store(), homeserver_, locks_, &events_);
        Handlers handlers;
        for (const auto& each : own) handlers.emplace(each->queue(), each.get());
        enqueue(2000, "provision-user", "{\"user_id\":\"" + user.text() + "\",\"set_display_name\":null}");
        const std::int64_t begin = test::nowMs();
        const std::clock_t cpu = std::clock();
        const auto one = worker(handlers);
        awaitJobs("status = 'completed'", "4000");
        const double seconds = static_cast<double>(test::nowMs() - begin) / 1000;
        std::printf("4000 jobs in %.1f s: %.0f jobs/s, %.2f ms of CPU each\n", seconds, 4000 / seconds, 1000.0 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / 4000);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(WorkerTest);

}  // namespace latchkey::jobs
