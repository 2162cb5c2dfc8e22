// SPDX-License-Identifier: Apache-2.0
// A front with one trivial resource, for measuring: bench-http PORT [WORKERS]; then e.g. `wrk -c64 -t2 http://127.0.0.1:PORT/hello`.
#include "kernel/deadline.h"
#include "plugins/http/front.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

class Hello final : public latchkey::http::Surface {
public:
    std::string_view resource() const override { return "hello"; }
    void mount(latchkey::http::Routes& routes) override {
        routes.get("/hello", [](const latchkey::http::Request&) { return latchkey::http::text(200, "hello\n"); });
    }
};

}  // namespace

int main(int argc, char** argv) {
    using namespace latchkey;
    sigset_t ends;
    sigemptyset(&ends);
    for (const int each : {SIGTERM, SIGINT}) sigaddset(&ends, each);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    http::raiseFileLimit();
    http::ListenerConfig listener;
    listener.where = "bench";
    listener.label = "bench";
    listener.resources.push_back({"bench", "hello", config::Node::mapping()});
    listener.binds.push_back({"bench", http::TcpBind{"127.0.0.1", static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0)}});
    http::HttpConfig config;
    config.listeners.push_back(listener);
    Hello hello;
    http::Front front(config, {&hello}, {}, argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 16);
    std::printf("%s\n", front.addresses(0).front().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ends, &signal);
    const Deadline deadline(5000);
    front.drain(deadline);
    front.stop();
}
