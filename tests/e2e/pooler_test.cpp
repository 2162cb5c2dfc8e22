// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/load.h"
#include "tests/e2e/server.h"

#include <unistd.h>

namespace latchkey::e2e {

class PoolerTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(PoolerTest);
    CPPUNIT_TEST(transactionModeIsRefusedWithTheExplanation);
    CPPUNIT_TEST(sessionModeServes);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kPgbouncer = "/usr/sbin/pgbouncer";

    std::string poolerUri(int poolerPort, const std::string& name) const {
        return "postgresql://mas:" + kPassword + "@127.0.0.1:" + std::to_string(poolerPort) + "/" + name;
    }

    std::unique_ptr<test::Process> pooler(const std::string& mode, int poolerPort) const {
        Database& database = Database::shared();
        const std::string users = directory().write("users.txt", "\"mas\" \"" + kPassword + "\"\n", 0644);
        const std::string file = directory().write("pgbouncer.ini",
                                                   "[databases]\n* = host=127.0.0.1 port=" + std::to_string(database.port()) +
                                                       "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(poolerPort) +
                                                       "\nunix_socket_dir =\nauth_type = plain\nauth_file = " + users + "\npool_mode = " + mode +
                                                       "\ndefault_pool_size = 20\nmax_client_conn = 100\nignore_startup_parameters = extra_float_digits,options\n",
                                                   0644);
        test::Launch launch;
        launch.arguments = {kPgbouncer, file};
        launch.user = test::postgresUser();
        auto process = std::make_unique<test::Process>(launch);
        const bool up = process->await("process up", kLong);
        CPPUNIT_ASSERT_MESSAGE(process->errors(), up);
        return process;
    }

    bool missing() const {
        if (::access(kPgbouncer, X_OK) == 0) return false;
        skip("no pgbouncer");
        return true;
    }

    void transactionModeIsRefusedWithTheExplanation() {
        if (missing()) return;
        const int poolerPort = test::freePort();
        const auto process = pooler("transaction", poolerPort);
        configure(poolerUri(poolerPort, Database::shared().create()));
        const test::Finished finished = run({"server"});
        requireCode(1, finished);
        requireHolds(finished.errors, "transaction");
        requireHolds(finished.errors, "session");
        const test::Finished doctor = run({"doctor"});
        requireHolds(doctor.output + doctor.errors, "session");
    }

    void sessionModeServes() {
        if (missing()) return;
        const int poolerPort = test::freePort();
        const auto process = pooler("session", poolerPort);
        configure(poolerUri(poolerPort, Database::shared().create()));
        const auto server = started();
        Load load(port(), "/health", 8);
        CPPUNIT_ASSERT_MESSAGE(server->errors(), load.awaitMore(200, 200, kLong));
        const Load::Counts counts = load.stop();
        CPPUNIT_ASSERT_EQUAL(counts.answered(), counts.status(200));
        stop(*server);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PoolerTest);

}  // namespace latchkey::e2e
