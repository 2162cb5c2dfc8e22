// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace latchkey::homeserver {

/// Calls of the homeserver by name: how many, how many failed, how long they took. Thread-safe.
class Figures {
public:
    static constexpr std::array<double, 6> kBounds{0.01, 0.05, 0.25, 1, 5, 30};  ///< seconds

    void count(std::string_view call, bool failed, std::int64_t milliseconds);
    void countSkipped(std::string_view call);  ///< not made, as the circuit is open
    void collect(MetricsWriter& writer) const;

private:
    struct Call {
        std::uint64_t made = 0, failed = 0, skipped = 0;
        double seconds = 0;
        std::array<std::uint64_t, kBounds.size()> within{};
    };
    void writeDurations(MetricsWriter& writer) const;

    mutable std::mutex mutex_;
    std::map<std::string, Call, std::less<>> calls_;
};

}  // namespace latchkey::homeserver
