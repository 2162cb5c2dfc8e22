// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/pooler.h"

#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"
#include "tests/support/pgbouncer.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace latchkey::pg {

namespace {

// Other clients: transactions of two statements, one after the other.
class Bustle {
public:
    Bustle(const ConnectOptions& options, int clients) {
        for (int i = 0; i < clients; ++i) workers_.emplace_back([this, options] { work(options); });
    }
    ~Bustle() {
        ended_ = true;
        for (std::thread& each : workers_) each.join();
    }
    int done() const { return done_; }

private:
    void work(ConnectOptions options) {
        options.statementCache = 0;  // so that it works in every mode
        while (!ended_) {
            try {
                Connection connection(options);
                for (int i = 0; i < 40 && !ended_; ++i, ++done_) {
                    constexpr Query kNothing{"test.nothing", "SELECT 1"};
                    connection.exec(kNothing);
                }
            } catch (const Error&) {
                ++done_;
            }
        }
    }
    std::atomic<bool> ended_{false};
    std::atomic<int> done_{0};
    std::vector<std::thread> workers_;
};

}  // namespace

class PoolerDetectionTest : public PgFixture {
    CPPUNIT_TEST_SUITE(PoolerDetectionTest);
    CPPUNIT_TEST(aDirectConnectionNeverRaisesAnAlarm);
    CPPUNIT_TEST(transactionModeIsAlwaysFound);
    CPPUNIT_TEST(transactionModeIsFoundThoughServersAreUsedInTurn);
    CPPUNIT_TEST(statementModeIsAlwaysFound);
    CPPUNIT_TEST(sessionModeNeverRaisesAnAlarm);
    CPPUNIT_TEST(aPoolOfOneInTransactionModeIsFound);
    CPPUNIT_TEST(aFullPoolInSessionModeIsNoAlarm);
    CPPUNIT_TEST(aVerdictThatBreaksSessionsHasAdvice);
    CPPUNIT_TEST(aDeadPoolerIsDown);
    CPPUNIT_TEST_SUITE_END();

    struct Trials {
        int wrong = 0;
        std::string firstWrong;
        std::vector<std::int64_t> ms;
    };

    static Trials tryOften(const ConnectOptions& options, PoolerKind expected, int times) {
        Trials trials;
        for (int i = 0; i < times; ++i) {
            const std::int64_t begin = test::nowMs();
            const PoolerVerdict verdict = detectPooler(options);
            trials.ms.push_back(test::nowMs() - begin);
            if (verdict.kind == expected) continue;
            if (trials.wrong++ == 0) trials.firstWrong = std::string(poolerName(verdict.kind)) + ": " + verdict.evidence;
        }
        return trials;
    }

    void requireAlways(const std::string& what, const std::string& uri, PoolerKind expected, int times) const {
        const ConnectOptions options = ConnectOptions::parse(uri);
        for (const int clients : {0, 6}) {
            const Bustle bustle(options, clients);
            const bool busy = test::eventually([&] { return clients == 0 || bustle.done() > 100; }, kLong);
            CPPUNIT_ASSERT(busy);
            Trials trials = tryOften(options, expected, times);
            std::sort(trials.ms.begin(), trials.ms.end());
            std::fprintf(stderr, "\n  %s, %d other clients: %d trials, median %lld ms, longest %lld ms", what.c_str(), clients, times,
                         static_cast<long long>(trials.ms[trials.ms.size() / 2]), static_cast<long long>(trials.ms.back()));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ", " + trials.firstWrong, 0, trials.wrong);
        }
        std::fputs("\n", stderr);
    }

public:
    void aDirectConnectionNeverRaisesAnAlarm() {
        requireAlways("socket", server().conninfo(database()), PoolerKind::direct, 60);
        requireAlways("TCP", server().uri(database()), PoolerKind::direct, 60);
    }

    void transactionModeIsAlwaysFound() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "transaction");
        requireAlways("transaction mode", pooler.uri(database()), PoolerKind::transaction, 30);
    }

    void transactionModeIsFoundThoughServersAreUsedInTurn() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "transaction", 20, "server_round_robin = 1\nmin_pool_size = 8");
        requireAlways("transaction mode, round robin", pooler.uri(database()), PoolerKind::transaction, 30);
    }

    void statementModeIsAlwaysFound() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "statement");
        requireAlways("statement mode", pooler.uri(database()), PoolerKind::statement, 20);
    }

    void sessionModeNeverRaisesAnAlarm() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "session", 40);
        requireAlways("session mode", pooler.uri(database()), PoolerKind::session, 30);
    }

    void aPoolOfOneInTransactionModeIsFound() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "transaction", 1);
        const PoolerVerdict verdict = detectPooler(ConnectOptions::parse(pooler.uri(database())));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(verdict.evidence, std::string("transaction pooler"), std::string(poolerName(verdict.kind)));
    }

    void aFullPoolInSessionModeIsNoAlarm() {
        if (!test::pgbouncerAvailable()) return;
        for (const int size : {1, 2, 3}) {
            const test::Pgbouncer pooler(server(), "session", size);
            const PoolerVerdict verdict = detectPooler(ConnectOptions::parse(pooler.uri(database())));
            CPPUNIT_ASSERT_MESSAGE(verdict.evidence, !verdict.breaksSessions());
            if (size == 1) requireHolds("its pool is full", verdict.evidence);
        }
    }

    void aVerdictThatBreaksSessionsHasAdvice() {
        if (!test::pgbouncerAvailable()) return;
        const test::Pgbouncer pooler(server(), "transaction");
        const PoolerVerdict verdict = detectPooler(ConnectOptions::parse(pooler.uri(database())));
        CPPUNIT_ASSERT(verdict.breaksSessions());
        requireHolds("transaction mode", poolerAdvice(verdict));
        requireHolds("pool_mode = session", poolerAdvice(verdict));
    }

    void aDeadPoolerIsDown() {
        requireStart("StorageDown: cannot connect", thrownBy([&] { detectPooler(ConnectOptions::parse("postgresql://127.0.0.1:" + std::to_string(test::freePort()) + "/x")); }));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PoolerDetectionTest);

}  // namespace latchkey::pg
