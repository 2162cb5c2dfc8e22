// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/hashing_pool.h"

#include "kernel/error.h"
#include "kernel/long_wait.h"
#include "plugins/passwords/argon2_memory.h"

#include <algorithm>
#include <sys/resource.h>

namespace latchkey::passwords {

namespace {
constexpr int kNice = 10;
constexpr std::chrono::seconds kIdle{10};  // then the memory for the next hash is given back
}  // namespace

struct HashingPool::Job {
    const std::function<void()>& work;
    std::exception_ptr error{};
    bool done = false;
    std::condition_variable finished{};
};

HashingPool::HashingPool(unsigned threads, unsigned mostCallers, std::chrono::microseconds longestWait) : mostCallers_(mostCallers), longestWait_(longestWait) {
    try {
        for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
    } catch (...) {
        stop();
        throw;
    }
}

HashingPool::~HashingPool() { stop(); }

void HashingPool::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

// Called with the mutex held.
void HashingPool::letIn() {
    const auto wait = recent_ * inside_ / std::max<std::size_t>(threads_.size(), 1);
    if (inside_ >= mostCallers_ || wait > longestWait_) {
        ++figures_.refused;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait).count();
        throw Unavailable("too many passwords are being checked at the moment", static_cast<int>(1 + seconds));
    }
    ++inside_;
}

void HashingPool::run(const std::function<void()>& work) {
    Job job{work};
    const LongWait waiting;
    std::unique_lock lock(mutex_);
    letIn();
    waiting_.push_back(&job);
    wanted_.notify_one();
    job.finished.wait(lock, [&] { return job.done; });
    --inside_;
    if (job.error) std::rethrow_exception(job.error);
}

HashingPool::Job* HashingPool::next() {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return stopping_ || !waiting_.empty(); };
    if (!wanted_.wait_for(lock, kIdle, ready)) {
        lock.unlock();
        releaseArgon2Memory();
        lock.lock();
        wanted_.wait(lock, ready);
    }
    if (waiting_.empty()) return nullptr;
    Job* job = waiting_.front();
    waiting_.pop_front();
    return job;
}

void HashingPool::serve() {
    ::setpriority(PRIO_PROCESS, 0, kNice);  // Linux: of this thread
    while (Job* job = next()) {
        const auto begun = std::chrono::steady_clock::now();
        try {
            job->work();
        } catch (...) {
            job->error = std::current_exception();
        }
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
        const std::lock_guard lock(mutex_);
        ++figures_.done;
        figures_.busyMicroseconds += static_cast<std::uint64_t>(took.count());
        recent_ = recent_.count() == 0 ? took : (7 * recent_ + took) / 8;
        job->done = true;
        job->finished.notify_one();  // under the lock: the caller owns the job, and is gone right afterwards
    }
}

HashingPool::Figures HashingPool::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    figures.inside = inside_;
    figures.threads = threads_.size();
    return figures;
}

}  // namespace latchkey::passwords
