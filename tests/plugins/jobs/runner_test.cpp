// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/runner.h"
#include "tests/support/process.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jobs {

namespace {

constexpr int kLong = 60'000;

class Scripted final : public JobHandler {
public:
    explicit Scripted(Duration limit = {}) : limit_(limit) {}
    std::string_view queue() const override { return "test"; }
    Duration softLimit() const override { return limit_; }
    JobOutcome run(std::string_view, const JobContext& context) override { return what(context); }
    std::function<JobOutcome(const JobContext&)> what;

private:
    const Duration limit_;
};

std::vector<ReservedJob> jobs(int count) {
    std::vector<ReservedJob> all(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].queue = "test";
        all[i].id.bytes[15] = static_cast<std::uint8_t>(i + 1);
    }
    return all;
}

}  // namespace

class RunnerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RunnerTest);
    CPPUNIT_TEST(tellsAHandlerThatItsTimeIsOver);
    CPPUNIT_TEST(saysOnceThatAJobIsSlow);
    CPPUNIT_TEST(leavesBehindWhatDoesNotEnd);
    CPPUNIT_TEST(waitsForWhatEnds);
    CPPUNIT_TEST_SUITE_END();

    Statistics statistics_;
    std::atomic<int> notified_{0};

    Runner::Options patience(std::int64_t ms) const { return {.threads = 4, .slowMs = 600'000, .patienceMs = ms}; }

public:
    void tellsAHandlerThatItsTimeIsOver() {
        Scripted handler(Duration::milliseconds(50));
        handler.what = [](const JobContext& context) {
            while (!context.cancelled()) test::sleepMs(1);
            return JobOutcome::done();
        };
        Runner runner({{"test", &handler}}, patience(kLong), statistics_, [this] { ++notified_; });
        const std::int64_t began = test::nowMs();
        runner.add(jobs(2));
        CPPUNIT_ASSERT(test::eventually([&] { return runner.outstanding() == 0; }, kLong));
        CPPUNIT_ASSERT(test::nowMs() - began >= 50);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, runner.takeFinished().size());
        CPPUNIT_ASSERT_EQUAL(2, notified_.load());
    }

    void saysOnceThatAJobIsSlow() {
        std::atomic<bool> go{false};
        Scripted handler(Duration::milliseconds(1));
        handler.what = [&](const JobContext&) {
            while (!go) test::sleepMs(1);
            return JobOutcome::done();
        };
        Runner runner({{"test", &handler}}, patience(kLong), statistics_, [] {});
        runner.add(jobs(1));
        CPPUNIT_ASSERT(test::eventually([&] { return runner.reportSlow() == 1; }, kLong));
        CPPUNIT_ASSERT_EQUAL(0, runner.reportSlow());
        go = true;
    }

    void leavesBehindWhatDoesNotEnd() {
        // All that a handler which is left behind may still touch lives on.
        static std::atomic<bool> go{false};
        static std::atomic<int> started{0}, ended{0};
        static Scripted handler;
        static Statistics& statistics = *new Statistics;  // outlives the threads that are left behind
        handler.what = [](const JobContext& context) {
            ++started;
            while (!go) test::sleepMs(1);
            if (context.cancelled()) ++ended;
            return JobOutcome::done();
        };
        const std::int64_t began = test::nowMs();
        {
            Runner runner({{"test", &handler}}, patience(100), statistics, [this] { ++notified_; });
            runner.add(jobs(6));
            CPPUNIT_ASSERT(test::eventually([&] { return started == 4 && runner.held().size() == 6; }, kLong));
        }
        CPPUNIT_ASSERT(test::nowMs() - began < 30'000);
        go = true;
        CPPUNIT_ASSERT(test::eventually([&] { return ended == 4; }, kLong));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("somebody who is gone was told", 0, notified_.load());
    }

    void waitsForWhatEnds() {
        std::atomic<int> begun{0}, ended{0};
        Scripted handler;
        handler.what = [&](const JobContext& context) {
            ++begun;
            while (!context.cancelled()) test::sleepMs(1);
            test::sleepMs(50);
            ++ended;
            return JobOutcome::done();
        };
        {
            Runner runner({{"test", &handler}}, patience(kLong), statistics_, [] {});
            runner.add(jobs(4));
            CPPUNIT_ASSERT(test::eventually([&] { return begun == 4; }, kLong));
        }
        CPPUNIT_ASSERT_EQUAL(4, ended.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RunnerTest);

}  // namespace latchkey::jobs
