// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <atomic>
#include <cstdint>

namespace latchkey {

/// Monotonic time in milliseconds (CLOCK_MONOTONIC).
LATCHKEY_API std::int64_t monotonicMs() noexcept;

/// The moment by which a drain must have ended. It can be brought forward to "now" from another thread: that is what a
/// second SIGTERM does, so whoever waits must ask again at least every 50 ms.
class LATCHKEY_API Deadline {
public:
    explicit Deadline(std::int64_t milliseconds) noexcept;
    bool passed() const noexcept { return remainingMs() <= 0; }
    std::int64_t remainingMs() const noexcept;
    void expireNow() noexcept;

private:
    std::atomic<std::int64_t> at_;
};

}  // namespace latchkey
