// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::http {

/// Counters of one listener; all members may be changed by any thread.
struct ListenerMetrics {
    using Counter = std::atomic<std::uint64_t>;

    /// Upper bounds in microseconds; one more bucket for what is above.
    static constexpr std::array<std::uint64_t, 12> kBoundsUs = {100, 250, 500, 1000, 2500, 5000, 10'000, 25'000, 100'000, 500'000, 2'000'000, 10'000'000};

    std::string listener;
    std::array<Counter, 5> responses{};  ///< by first digit of the status, from 1 on
    std::array<Counter, kBoundsUs.size() + 1> durations{};
    Counter durationSumUs{0};
    Counter bytesSent{0};
    std::atomic<std::int64_t> inFlight{0};
    std::atomic<std::int64_t> open{0};
    Counter accepted{0};
    Counter refused{0};        ///< accept() failed for want of descriptors or memory
    Counter tlsFailures{0};
    Counter parseErrors{0};
    Counter timeouts{0};

    void answered(int status, std::uint64_t durationUs, std::uint64_t bytes) noexcept;
};

/// Writes the metrics of all listeners: `latchkey_http_…{listener="…"}`.
void writeMetrics(MetricsWriter& writer, const std::vector<const ListenerMetrics*>& listeners);

}  // namespace latchkey::http
