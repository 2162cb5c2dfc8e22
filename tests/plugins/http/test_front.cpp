// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/http/test_front.h"

#include "kernel/config/yaml.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "kernel/long_wait.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace latchkey::http::test {

void TestSurface::mount(Routes& routes) {
    routes.get("/hello", [](const Request&) { return text(200, "hello"); });
    routes.get("/wait", [this](const Request&) { return wait(); });
    routes.get("/long-wait", [this](const Request&) {
        const LongWait waiting;
        return wait();
    });
    routes.get("/item/{id}", [](const Request& request) { return text(200, std::string(request.parameter("id"))); });
    routes.post("/echo", [](const Request& request) { return text(200, request.body); }, {1 << 20});
    routes.post("/small", [](const Request& request) { return text(200, request.body); }, {10});
    routes.get("/big", [big = std::make_shared<const std::string>(8 << 20, 'x')](const Request&) {
        Response response;
        response.sharedBody = big;
        return response;
    });
    routes.get("/throw", [](const Request&) -> Response { throw std::runtime_error("secret detail"); });
    routes.get("/throw-int", [](const Request&) -> Response { throw 7; });
    routes.get("/unavailable", [](const Request&) -> Response { throw Unavailable("the database is away", 5); });
    routes.get("/not-now", [](const Request&) -> Response { throw HttpError(503, "Not now", "not to be fetched ahead"); });
    routes.get("/refuse", [](const Request&) -> Response { throw HttpError(403, "Not for you", "internal reason"); });
    routes.get("/split", [](const Request&) { return text(200, "x").header("X-Evil", "a\r\nSet-Cookie: b=c"); });
    routes.get("/none", [](const Request&) { return empty(204); });
    routes.get("/cors", [](const Request&) { return text(200, "open"); }, {0, &cors_});
    routes.any("/any", [](const Request& request) { return text(200, request.method); });
    routes.get("/who", [](const Request& request) {
        const ConnectionInfo& info = *request.connection;
        return text(200, request.clientIp.value_or("unknown") + (request.secure ? " secure " : " plain ") + info.listener + " " + (info.tls ? info.tls->protocol + " " + info.tls->serverName : "-") +
                             " " + (info.proxy ? info.proxy->transport + " " + info.proxy->source : "-") + " " + request.path);
    });
}

Response TestSurface::renderProblem(const Problem& problem) const { return json(problem.status, "{\"problem\":\"" + problem.title + "\"}"); }

void TestSurface::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
}

void TestSurface::awaitWaiting(int requests) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return waiting_ >= requests; })) throw std::runtime_error("no handler is waiting");
}

Response TestSurface::wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    return text(200, "waited");
}

TestFront::TestFront(const std::string& extra, const Timeouts& timeouts, unsigned workers, const std::string& binds, bool pages) {
    surface.pages = pages;
    log::configure(std::getenv("HTTP_TEST_LOG") == nullptr ? "off" : "trace", log::Format::text);
    config::Tree tree;
    config::Problems problems;
    tree.merge(config::parseYaml("plugins: {extra: [test]}\nhttp:\n  public_base: http://front.test/\n  listeners:\n  - name: web\n    resources: [{name: test}]\n    binds: " + binds + "\n" +
                                     (extra.empty() ? "" : "    " + extra + "\n"),
                                 "test", problems));
    const HttpConfig config = HttpConfig::parse(config::Section(tree, problems));
    problems.throwIfFailed();
    front = std::make_unique<Front>(config, std::vector<Surface*>{&surface}, timeouts, workers);
}

bool TestFront::awaitConnections(std::size_t count) const {
    const Deadline deadline(10'000);
    while (front->connections() != count && !deadline.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return front->connections() == count;
}

}  // namespace latchkey::http::test
