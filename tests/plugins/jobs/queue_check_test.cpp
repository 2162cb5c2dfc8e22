// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "plugins/storage-postgres/queue/queue_check.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::pg {

namespace {

class Noted final : public DoctorCheck::Report {
public:
    void ok(const std::string& what) override { text += "ok " + what + "\n"; }
    void warn(const std::string& what, const std::string& cure) override { text += "warn " + what + " -> " + cure + "\n"; }
    void fail(const std::string& what, const std::string& cure) override { text += "fail " + what + " -> " + cure + "\n"; }
    std::string text;
};

}  // namespace

class QueueCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(QueueCheckTest);
    CPPUNIT_TEST(isContentWithAnEmptyQueue);
    CPPUNIT_TEST(findsJobsThatNobodyRuns);
    CPPUNIT_TEST(findsAQueueThatIsLeftBehind);
    CPPUNIT_TEST(namesWhatFailedForGoodAndItsCure);
    CPPUNIT_TEST(theCureItNamesWorks);
    CPPUNIT_TEST(findsJobsOfWorkersThatAreGone);
    CPPUNIT_TEST(knowsADatabaseBeforeItsFirstMigration);
    CPPUNIT_TEST(saysThatTheDatabaseIsAway);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static std::string said(const std::string& conninfo) {
        Noted report;
        const ConnectOptions options = ConnectOptions::parse(conninfo);
        QueueCheck(options).run(report);
        return report.text;
    }
    std::string said() { return said(world_->conninfo()); }
    void job(const std::string& queue, const std::string& values) {
        world_->commit([&](UnitOfWork& work) { work.jobs().enqueue(newId(currentTime()), queue, "{}", currentTime()); });
        if (!values.empty()) world_->sql("UPDATE queue_jobs SET " + values + " WHERE queue_name = '" + queue + "'");
    }
    void worker() { world_->sql("INSERT INTO queue_workers (queue_worker_id, registered_at, last_seen_at) VALUES (gen_random_uuid(), now(), now())"); }
    static void requireHolds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(part + " is not in: " + text, text.find(part) != std::string::npos); }
    static void requireLacks(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(part + " is in: " + text, text.find(part) == std::string::npos); }

    void isContentWithAnEmptyQueue() {
        if (!world_) return;
        worker();
        CPPUNIT_ASSERT_EQUAL(std::string("ok 0 jobs are due, 0 run, 0 wait for another attempt; 1 worker\nok no job failed for good within a day\n"), said());
    }

    void findsJobsThatNobodyRuns() {
        if (!world_) return;
        job("sync-devices", "");
        requireLacks(said(), "no worker runs");
        job("sync-devices", "created_at = now() - interval '3 hours'");
        requireHolds(said(), "fail no worker runs, and jobs have been due for 3 h: sync-devices -> start `mas-cli worker`");
    }

    void findsAQueueThatIsLeftBehind() {
        if (!world_) return;
        worker();
        job("acme-queue", "status = 'scheduled', scheduled_at = now() - interval '10 minutes'");
        job("sync-devices", "status = 'scheduled', scheduled_at = now() + interval '10 minutes'");
        const std::string text = said();
        requireHolds(text, "1 jobs are due, 0 run, 1 wait for another attempt");
        requireHolds(text, "warn jobs have been due for 10 min: acme-queue -> ");
    }

    void namesWhatFailedForGoodAndItsCure() {
        if (!world_) return;
        worker();
        job("provision-user", "status = 'failed', failed_at = now(), failed_reason = 'the homeserver said 403'");
        job("send-account-recovery-email", "status = 'failed', failed_at = now(), failed_reason = 'it said: 550'");
        job("deactivate-user", "status = 'failed', failed_at = now() - interval '2 days', failed_reason = 'long ago'");
        job("sync-devices", "");
        world_->sql("UPDATE queue_jobs SET status = 'failed', failed_at = now(), failed_reason = 'tried again', next_attempt_id = queue_job_id WHERE queue_name = 'sync-devices'");
        const std::string text = said();
        requireHolds(text, "warn 1 jobs of provision-user failed for good within a day, the last because: the homeserver said 403 -> ");
        requireHolds(text, "because: it said: 550 -> look at what is said of mails below");
        requireLacks(text, "long ago");
        requireLacks(text, "tried again");
    }

    void theCureItNamesWorks() {
        if (!world_) return;
        job("provision-user", "status = 'failed', failed_at = now(), failed_reason = 'away'");
        const std::string text = said();
        const std::size_t at = text.find("UPDATE queue_jobs");
        world_->sql(text.substr(at, text.find('\n', at) - at));
        CPPUNIT_ASSERT_EQUAL(std::string("available"), world_->sql("SELECT status FROM queue_jobs"));
    }

    void findsJobsOfWorkersThatAreGone() {
        if (!world_) return;
        worker();
        world_->sql("UPDATE queue_workers SET last_seen_at = now() - interval '1 hour'");
        job("sync-devices", "status = 'running', started_at = now() - interval '1 hour', started_by = (SELECT queue_worker_id FROM queue_workers)");
        requireHolds(said(), "warn 1 jobs run on workers that are gone -> ");
    }

    void knowsADatabaseBeforeItsFirstMigration() {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        CPPUNIT_ASSERT_EQUAL(std::string("ok there is no queue before the first migration\n"), said(server.conninfo(server.createDatabase())));
    }

    void saysThatTheDatabaseIsAway() {
        requireHolds(said("host=127.0.0.1 port=" + std::to_string(test::freePort()) + " user=x dbname=x"), "warn the queue cannot be looked at: ");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(QueueCheckTest);

}  // namespace latchkey::pg
