// SPDX-License-Identifier: Apache-2.0
#include "kernel/deadline.h"

#include <algorithm>
#include <ctime>

namespace latchkey {

std::int64_t monotonicMs() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

Deadline::Deadline(std::int64_t milliseconds) noexcept : at_(monotonicMs() + milliseconds) {}

std::int64_t Deadline::remainingMs() const noexcept { return std::max<std::int64_t>(0, at_.load() - monotonicMs()); }

void Deadline::expireNow() noexcept { at_.store(0); }

}  // namespace latchkey
