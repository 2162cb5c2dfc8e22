// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/long_wait.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace latchkey::http {

/// The threads of a server. A given number of them is at work; one that says that it begins a long wait has another take its
/// place, and whoever is one too many afterwards steps aside, until it is wanted again or has been idle for a while.
class Workers final : private LongWaits {
public:
    using Life = std::function<void()>;
    static constexpr unsigned kMostSpares = 240;  ///< past this many long waits, they are at the cost of the others

    /// Each thread runs `life`, which calls stay() before each piece of work and returns when that says so, or when it is told
    /// to by other means.
    Workers(unsigned atWork, Life life, unsigned spares = kMostSpares, std::chrono::milliseconds idle = std::chrono::seconds(10));
    ~Workers() override;  ///< see join()
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// Throws std::system_error if the threads cannot be had: then join() those that were.
    void start();
    /// False: the calling thread is to end. Costs one relaxed read unless there are too many.
    bool stay();
    /// Waits for all; `life` must have been told to return.
    void join() noexcept;

    unsigned threads() const;

private:
    using Thread = std::list<std::thread>::iterator;

    void begin() noexcept override;
    void end() noexcept override;
    void hire();
    void run(Thread self) noexcept;
    void joinEnded() noexcept;

    const unsigned wanted_, most_;
    const std::chrono::milliseconds idle_;
    const Life life_;
    mutable std::mutex mutex_;
    std::condition_variable called_, gone_;
    std::atomic<unsigned> atWork_{0};
    unsigned aside_ = 0;  ///< threads that have stepped aside and were not called back
    unsigned calls_ = 0;  ///< threads that were called back and have not heard it
    bool joining_ = false;
    std::list<std::thread> threads_, ended_;
};

}  // namespace latchkey::http
