// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "kernel/error.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace latchkey::events {

/// Waits for it, for five seconds.
template <typename Condition>
bool eventually(Condition&& condition) {
    for (int i = 0; i < 5'000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

/// Keeps what it gets; refuses, fails or hangs when told to.
class TestSink final : public EventSink {
public:
    explicit TestSink(std::string name = "test", Rhythm rhythm = {}) : name_(std::move(name)), rhythm_(rhythm) {}
    std::string_view name() const override { return name_; }
    Rhythm rhythm() const override { return rhythm_; }

    void write(const EventBatch& batch) override {
        std::unique_lock lock(mutex_);
        ++calls;
        changed_.wait(lock, [this] { return !held_; });
        if (away) throw Unavailable("nobody there");
        if (refusing) throw Error("no");
        for (const auto& each : batch) all_.push_back(*each);
    }

    void hold(bool held) {
        const std::lock_guard lock(mutex_);
        held_ = held;
        changed_.notify_all();
    }
    std::vector<Event> all() const {
        const std::lock_guard lock(mutex_);
        return all_;
    }

    std::atomic<bool> away = false, refusing = false;
    std::atomic<int> calls = 0;

private:
    const std::string name_;
    const Rhythm rhythm_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    std::vector<Event> all_;
};

}  // namespace latchkey::events
