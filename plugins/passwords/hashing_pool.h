// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace latchkey::passwords {

/// A few threads that do what is given to them in the order given, behind all other threads of the process: the system runs them
/// when nobody else wants the processor.
class HashingPool {
public:
    /// At most `mostCallers` are let in at once, those that wait included, and nobody who would wait for longer than
    /// `longestWait`, by what a piece of work took of late: people and proxies give up then.
    HashingPool(unsigned threads, unsigned mostCallers, std::chrono::microseconds longestWait = std::chrono::seconds(10));
    ~HashingPool();
    HashingPool(const HashingPool&) = delete;
    HashingPool& operator=(const HashingPool&) = delete;

    /// Returns when it has been done; throws what it threw, or Unavailable at once to who is not let in.
    /// Those inside have their turn in the order in which they came. It is a LongWait.
    void run(const std::function<void()>& work);

    struct Figures {
        std::uint64_t done = 0, refused = 0, busyMicroseconds = 0;
        std::size_t inside = 0, threads = 0;
    };
    Figures figures() const;

private:
    struct Job;
    void letIn();
    void serve();
    void stop() noexcept;
    Job* next();

    const unsigned mostCallers_;
    const std::chrono::microseconds longestWait_;
    mutable std::mutex mutex_;
    std::condition_variable wanted_;
    std::deque<Job*> waiting_;
    unsigned inside_ = 0;
    std::chrono::microseconds recent_{0};  ///< what one took of late
    bool stopping_ = false;
    Figures figures_;
    std::vector<std::thread> threads_;
};

}  // namespace latchkey::passwords
