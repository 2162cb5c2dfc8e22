// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/connection_table.h"

#include <condition_variable>
#include <functional>
#include <thread>

namespace latchkey::http {

/// Ends connections that have passed their deadline. It shuts their sockets down, which wakes a worker for them, and that
/// worker drops them.
class Reaper {
public:
    /// `tick` is called a few times per second, too.
    Reaper(ConnectionTable& table, const Timeouts& timeouts, std::function<void()> tick);
    ~Reaper();

    /// From now on idle connections go as soon as they have been idle for Timeouts::drainIdleMs.
    void drain();
    /// Everything goes at once, what a handler works on included.
    void dropAll();

private:
    void run() noexcept;
    void reap(Connection& connection, std::int64_t now, bool draining, bool dropping) const;

    ConnectionTable& table_;
    const Timeouts& timeouts_;
    const std::function<void()> tick_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    bool draining_ = false;
    bool dropping_ = false;
    std::thread thread_;
};

}  // namespace latchkey::http
