// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/workers.h"

#include <exception>
#include <utility>

namespace latchkey::http {

Workers::Workers(unsigned atWork, Life life, unsigned spares, std::chrono::milliseconds idle)
    : wanted_(atWork), most_(atWork + spares), idle_(idle), life_(std::move(life)) {}

Workers::~Workers() { join(); }

void Workers::start() {
    const std::lock_guard lock(mutex_);
    while (atWork_ < wanted_) hire();
}

// Called with the mutex held.
void Workers::hire() {
    threads_.emplace_front();
    try {
        threads_.front() = std::thread([this, self = threads_.begin()] { run(self); });
    } catch (...) {
        threads_.pop_front();
        throw;
    }
    ++atWork_;
}

void Workers::run(Thread self) noexcept {
    LongWaits::ofThisThread(this);
    life_();
    const std::lock_guard lock(mutex_);  // hire() has stored the thread before this is had
    ended_.splice(ended_.begin(), threads_, self);
    if (threads_.empty()) gone_.notify_all();
}

bool Workers::stay() {
    if (atWork_.load(std::memory_order_relaxed) <= wanted_) return true;
    std::unique_lock lock(mutex_);
    if (joining_ || atWork_ <= wanted_) return true;
    --atWork_;
    ++aside_;
    if (called_.wait_for(lock, idle_, [this] { return calls_ > 0 || joining_; }) && calls_ > 0) {
        --calls_;
        return true;
    }
    --aside_;
    return false;
}

void Workers::begin() noexcept {
    const std::lock_guard lock(mutex_);
    if (--atWork_ >= wanted_ || joining_) return;
    if (aside_ > 0) {
        --aside_;
        ++calls_;
        ++atWork_;
        called_.notify_one();
        return;
    }
    if (threads_.size() >= most_) return;
    try {
        joinEnded();
        hire();
    } catch (const std::exception&) {  // the system has no thread for us: then others wait with this one
    }
}

void Workers::end() noexcept {
    const std::lock_guard lock(mutex_);
    ++atWork_;
}

// Called with the mutex held, which the threads have no more use for.
void Workers::joinEnded() noexcept {
    for (std::thread& each : ended_) each.join();
    ended_.clear();
}

void Workers::join() noexcept {
    std::unique_lock lock(mutex_);
    joining_ = true;
    called_.notify_all();
    gone_.wait(lock, [this] { return threads_.empty(); });
    joinEnded();
}

unsigned Workers::threads() const {
    const std::lock_guard lock(mutex_);
    return static_cast<unsigned>(threads_.size());
}

}  // namespace latchkey::http
