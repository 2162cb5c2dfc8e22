// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/outgoing-http/support.h"

#include <chrono>
#include <cstdio>

using namespace latchkey;
using namespace latchkey::outgoing;

namespace {

void measure(const char* name, bool untrusted, int threads) {
    test::ScriptedServer server(test::ScriptedServer::answer(test::ScriptedServer::ok(std::string(1000, 'x'))));
    CurlHttp http(test::allowing({"127.0.0.0/8"}));
    constexpr int kEach = 3000;
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) callers.emplace_back([&] { for (int n = 0; n < kEach; ++n) http.send(test::get(server.url(), untrusted)); });
    for (std::thread& each : callers) each.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf("%s, %d threads: %.0f requests/s over %d connections\n", name, threads, kEach * threads / seconds, server.connections());
}

}  // namespace

int main() {
    measure("trusted", false, 1);
    measure("trusted", false, 4);
    measure("untrusted", true, 1);
    measure("untrusted", true, 4);
}
