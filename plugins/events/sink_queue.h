// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

namespace latchkey {
class Deadline;
}

namespace latchkey::events {

struct QueueLimits {
    std::size_t most = 10'000;           ///< waiting events; what comes on top is dropped
    std::int64_t firstPauseMs = 1'000;   ///< after a failure; doubled each time
    std::int64_t longestPauseMs = 60'000;
    std::int64_t stopMs = 5'000;         ///< what is waiting at the stop may take so long
};

/// What one sink has still to get, and the thread that gives it.
class SinkQueue {
public:
    explicit SinkQueue(EventSink& sink, QueueLimits limits = {});
    ~SinkQueue();  ///< stop()
    SinkQueue(const SinkQueue&) = delete;
    SinkQueue& operator=(const SinkQueue&) = delete;

    /// Never waits for the sink.
    void push(const std::shared_ptr<const Event>& event) noexcept;
    /// Until nothing waits, or the deadline passes.
    void drain(const Deadline& deadline) noexcept;
    /// Nothing is pushed any more; what waits is given out, for a bounded time.
    void stop() noexcept;

    struct Stats {
        std::size_t waiting = 0;
        std::uint64_t written = 0, dropped = 0, lost = 0, failures = 0;
    };
    Stats stats() const;
    std::string_view sinkName() const { return sink_.name(); }

private:
    using Lock = std::unique_lock<std::mutex>;
    enum class Result { written, again, lost };

    void run();
    void linger(Lock& lock);
    EventBatch take();
    void deliver(Lock& lock, const EventBatch& batch);
    Result attempt(const EventBatch& batch, std::string& problem) noexcept;
    bool pause(Lock& lock, std::int64_t milliseconds);
    void count(Result result, std::size_t events, const std::string& problem);

    EventSink& sink_;
    const QueueLimits limits_;
    const EventSink::Rhythm rhythm_;

    mutable std::mutex mutex_;
    std::condition_variable woken_;  // the thread
    std::condition_variable empty_;  // whoever drains
    std::deque<std::shared_ptr<const Event>> waiting_;
    std::size_t underWay_ = 0;
    bool hurry_ = false;
    bool stopping_ = false;
    std::int64_t stopBy_ = 0;
    std::int64_t dropLoggedAt_ = 0;
    bool away_ = false;
    Stats counted_;
    std::thread thread_;
};

}  // namespace latchkey::events
