// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace latchkey::pg {

/// What all connections of the process did; only counted.
struct QueryStats {
    std::atomic<std::uint64_t> count{0};
    std::atomic<std::uint64_t> microseconds{0};
};

inline QueryStats& queryStats() {
    static QueryStats stats;
    return stats;
}

}  // namespace latchkey::pg
