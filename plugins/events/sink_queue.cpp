// SPDX-License-Identifier: Apache-2.0
#include "plugins/events/sink_queue.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"

#include <algorithm>
#include <chrono>
#include <pthread.h>

namespace latchkey::events {

namespace {

constexpr std::int64_t kDropLogPauseMs = 60'000;

const log::Logger& logger() {
    static const log::Logger logger("events");
    return logger;
}

}  // namespace

SinkQueue::SinkQueue(EventSink& sink, QueueLimits limits) : sink_(sink), limits_(limits), rhythm_(sink.rhythm()), thread_([this] { run(); }) {}

SinkQueue::~SinkQueue() { stop(); }

// The thread is woken for the first of a batch and for a full one; in between it waits anyway.
void SinkQueue::push(const std::shared_ptr<const Event>& event) noexcept try {
    Lock lock(mutex_);
    if (!stopping_ && waiting_.size() < limits_.most) {
        waiting_.push_back(event);
        const bool wake = waiting_.size() == 1 || waiting_.size() == rhythm_.most;
        lock.unlock();
        if (wake) woken_.notify_one();
        return;
    }
    ++counted_.dropped;
    const bool tell = dropLoggedAt_ == 0 || monotonicMs() - dropLoggedAt_ >= kDropLogPauseMs;
    if (!tell) return;
    dropLoggedAt_ = monotonicMs();
    const std::uint64_t dropped = counted_.dropped;
    lock.unlock();
    logger().warn("events.dropped", "a sink does not keep up: events for it are dropped", {{"sink", sink_.name()}, {"dropped", dropped}});
} catch (...) {
    const Lock lock(mutex_);
    ++counted_.dropped;
}

void SinkQueue::run() {
    ::pthread_setname_np(::pthread_self(), "events");
    Lock lock(mutex_);
    for (;;) {
        woken_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        if (stopping_ && monotonicMs() >= stopBy_) return count(Result::lost, waiting_.size(), "the time for stopping is over");
        linger(lock);
        const EventBatch batch = take();
        deliver(lock, batch);
        underWay_ = 0;
        if (waiting_.empty()) empty_.notify_all();
    }
}

void SinkQueue::linger(Lock& lock) {
    if (rhythm_.lingerMs <= 0) return;
    woken_.wait_for(lock, std::chrono::milliseconds(rhythm_.lingerMs), [this] { return stopping_ || hurry_ || waiting_.size() >= rhythm_.most; });
}

EventBatch SinkQueue::take() {
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(rhythm_.most, waiting_.size()));
    EventBatch batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    underWay_ = batch.size();
    return batch;
}

void SinkQueue::deliver(Lock& lock, const EventBatch& batch) {
    std::int64_t pauseMs = limits_.firstPauseMs;
    for (;;) {
        std::string problem;
        lock.unlock();
        Result result = attempt(batch, problem);
        lock.lock();
        count(result, batch.size(), problem);
        if (result != Result::again) return;
        if (!pause(lock, pauseMs)) return count(Result::lost, batch.size(), problem);
        pauseMs = std::min(pauseMs * 2, limits_.longestPauseMs);
    }
}

SinkQueue::Result SinkQueue::attempt(const EventBatch& batch, std::string& problem) noexcept {
    try {
        sink_.write(batch);
        return Result::written;
    } catch (const Unavailable& error) {
        problem = error.what();
        return Result::again;
    } catch (const std::exception& error) {
        problem = error.what();
    } catch (...) {
        problem = "unknown";
    }
    return Result::lost;
}

// False: there is no time for another attempt.
bool SinkQueue::pause(Lock& lock, std::int64_t milliseconds) {
    if (!stopping_) woken_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return stopping_; });
    if (!stopping_) return true;
    if (monotonicMs() >= stopBy_) return false;
    woken_.wait_for(lock, std::chrono::milliseconds(100), [] { return false; });
    return true;
}

void SinkQueue::count(Result result, std::size_t events, const std::string& problem) {
    if (result == Result::written) counted_.written += events;
    else ++counted_.failures;
    if (result == Result::lost) {
        counted_.lost += events;
        logger().warn("events.lost", "a sink did not take events, which are lost to it", {{"sink", sink_.name()}, {"events", events}, {"error", problem}});
    }
    if (result == Result::again && !away_) {
        logger().warn("events.sink_away", "a sink cannot take events now; they are kept, and tried again", {{"sink", sink_.name()}, {"error", problem}});
    }
    if (result == Result::written && away_) logger().info("events.sink_back", "a sink takes events again", {{"sink", sink_.name()}});
    away_ = result == Result::again || (away_ && result == Result::lost);
}

void SinkQueue::drain(const Deadline& deadline) noexcept {
    Lock lock(mutex_);
    hurry_ = true;
    woken_.notify_all();
    while ((!waiting_.empty() || underWay_ > 0) && !deadline.passed()) empty_.wait_for(lock, std::chrono::milliseconds(50));
    hurry_ = false;
}

void SinkQueue::stop() noexcept {
    {
        const Lock lock(mutex_);
        if (!stopping_) stopBy_ = monotonicMs() + limits_.stopMs;
        stopping_ = true;
        woken_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

SinkQueue::Stats SinkQueue::stats() const {
    const Lock lock(mutex_);
    Stats stats = counted_;
    stats.waiting = waiting_.size() + underWay_;
    return stats;
}

}  // namespace latchkey::events
