// SPDX-License-Identifier: Apache-2.0
#include "domain/waiting_room.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/long_wait.h"

#include <algorithm>
#include <chrono>

namespace latchkey {

namespace {

constexpr std::int64_t kLongestQueueMs = 2'000;
constexpr int kComeBackSeconds = 5;

}  // namespace

WaitingRoom::Seat::~Seat() {
    if (of_ != nullptr) of_->leave();
}

// Called with the mutex held.
WaitingRoom::Seat WaitingRoom::sit() {
    ++taken_;
    movedAtMs_ = monotonicMs();
    return Seat(*this);
}

void WaitingRoom::leave() noexcept {
    {
        const std::lock_guard lock(mutex_);
        --taken_;
        movedAtMs_ = monotonicMs();
    }
    left_.notify_all();
}

WaitingRoom::Seat WaitingRoom::enter() {
    if (auto seat = freeSeat()) return std::move(*seat);
    const LongWait waiting;
    std::unique_lock lock(mutex_);
    const std::int64_t latestMs = monotonicMs() + kLongestQueueMs;
    while (taken_ >= seats_) {
        const std::int64_t leftMs = std::min(movedAtMs_ + standstill_.us / 1000, latestMs) - monotonicMs();
        if (leftMs <= 0) {
            ++turnedAway_;
            throw Unavailable("as many requests as may wait for the homeserver do so already: it does not answer, or slowly", kComeBackSeconds);
        }
        left_.wait_for(lock, std::chrono::milliseconds(leftMs));
    }
    return sit();
}

std::optional<WaitingRoom::Seat> WaitingRoom::tryEnter() {
    auto seat = freeSeat();
    if (seat) return seat;
    const std::lock_guard lock(mutex_);
    ++turnedAway_;
    return std::nullopt;
}

std::optional<WaitingRoom::Seat> WaitingRoom::freeSeat() {
    const std::lock_guard lock(mutex_);
    return taken_ < seats_ ? std::optional(sit()) : std::nullopt;
}

int WaitingRoom::taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

std::uint64_t WaitingRoom::turnedAway() const {
    const std::lock_guard lock(mutex_);
    return turnedAway_;
}

}  // namespace latchkey
