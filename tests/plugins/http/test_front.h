// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/front.h"
#include "tests/plugins/http/wire.h"

#include <condition_variable>
#include <mutex>

namespace latchkey::http::test {

/// A resource `test` with one route for each thing that a handler can do.
class TestSurface final : public Surface {
public:
    std::string_view resource() const override { return "test"; }
    void mount(Routes& routes) override;
    Response renderProblem(const Problem& problem) const override;
    bool hasPages() const override { return pages; }

    bool pages = false;  ///< what a front is told when it starts

    /// `GET /wait` and, as a LongWait, `GET /long-wait` answer when the gate is open.
    void open();
    void awaitWaiting(int requests);

private:
    Response wait();

    Cors cors_{"authorization, accept", 3600};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    int waiting_ = 0;
};

/// A front in this process on a free port. `extra` are further lines of its one listener, e.g. "proxy_protocol: true".
class TestFront {
public:
    explicit TestFront(const std::string& extra = {}, const Timeouts& timeouts = {}, unsigned workers = 4, const std::string& binds = "[{host: 127.0.0.1, port: 0}]",
                       bool pages = false);

    std::string address() const { return front->addresses(0).front(); }
    /// Waits until that many connections are open.
    bool awaitConnections(std::size_t count) const;

    TestSurface surface;
    std::unique_ptr<Front> front;
};

}  // namespace latchkey::http::test
