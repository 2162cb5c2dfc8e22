// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pgbouncer.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace latchkey::test {

namespace {
constexpr const char* kProgram = "/usr/sbin/pgbouncer";
constexpr int kStartMs = 60'000;
}  // namespace

bool pgbouncerAvailable() {
    if (::access(kProgram, X_OK) == 0) return true;
    const char* skip = std::getenv("LATCHKEY_SKIP_PG");
    if (skip == nullptr || std::string_view(skip) != "1") throw std::runtime_error("no pgbouncer is installed: apt-get install pgbouncer");
    std::fputs("skipped: no pgbouncer\n", stderr);
    return false;
}

Pgbouncer::Pgbouncer(const Postgres& server, const std::string& mode, int poolSize, const std::string& settings)
    : port_(freePort()), process_(launch(server, mode, poolSize, settings)) {
    if (!process_.await("process up", kStartMs)) throw std::runtime_error("pgbouncer does not start: " + process_.errors());
}

Launch Pgbouncer::launch(const Postgres& server, const std::string& mode, int poolSize, const std::string& settings) const {
    const std::string users = directory_.write("users.txt", "\"postgres\" \"\"\n", 0644);
    const std::string text = "[databases]\n* = host=127.0.0.1 port=" + std::to_string(server.port()) +
                             "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(port_) + "\nunix_socket_dir =\nauth_type = trust\nauth_file = " + users +
                             "\npool_mode = " + mode + "\ndefault_pool_size = " + std::to_string(poolSize) +
                             "\nmax_client_conn = 200\nignore_startup_parameters = extra_float_digits,options\n" + settings + "\n";
    Launch launch;
    launch.arguments = {"/usr/bin/setpriv", "--pdeathsig", "KILL", kProgram, directory_.write("pgbouncer.ini", text, 0644)};
    launch.user = postgresUser();
    return launch;
}

}  // namespace latchkey::test
