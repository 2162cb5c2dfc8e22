// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/connection_table.h"
#include "plugins/http/reaper.h"
#include "plugins/http/workers.h"

#include <vector>

namespace latchkey {
class Deadline;
}

namespace latchkey::http {

/// Serves listeners: a few threads, all waiting on one epoll set, in which each descriptor is armed for one event
/// at a time. The thread that gets the event serves the connection until it would have to wait, and arms it again; no
/// hand-over, and no thread belongs to a connection that is idle or slow. `workers` of them are at work; see Workers.
class Server {
public:
    /// The listeners must outlive the server. Throws Error if the system refuses.
    Server(std::vector<std::unique_ptr<Listener>>& listeners, const Timeouts& timeouts, unsigned workers);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Accepts nothing new, answers what has arrived, closes connections as they fall idle; returns when none is left, or drops
    /// the rest at the deadline.
    void drain(const Deadline& deadline) noexcept;
    /// Ends the threads (a handler that runs is waited for) and closes everything.
    void stop() noexcept;

    std::size_t connections() const { return table_.size(); }
    bool draining() const { return draining_; }

private:
    void work() noexcept;
    void serve(Connection& connection, WorkerBuffers& buffers);
    void close(Connection& connection);
    void accept(Acceptor& acceptor);
    bool acceptOne(Acceptor& acceptor);
    void starve(Acceptor& acceptor, int reason);
    void arm(int operation, int fd, unsigned events, EventTarget* target);

    std::vector<std::unique_ptr<Listener>>& listeners_;
    const Timeouts timeouts_;
    Fd epoll_;
    Fd wake_;
    EventTarget stopEvent_{EventTarget::Kind::stop};
    std::atomic<bool> draining_{false};
    std::atomic<std::int64_t> complainedMs_{0};
    ConnectionTable table_;
    Workers workers_;
    std::unique_ptr<Reaper> reaper_;
};

}  // namespace latchkey::http
