// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace latchkey {

/// A span of time in microseconds.
struct Duration {
    std::int64_t us = 0;
    static constexpr Duration seconds(std::int64_t s) { return {s * 1'000'000}; }
    static constexpr Duration milliseconds(std::int64_t ms) { return {ms * 1'000}; }
    constexpr auto operator<=>(const Duration&) const = default;
};

/// A moment: microseconds since 1970-01-01T00:00:00Z, exactly what PostgreSQL's timestamptz holds.
struct Instant {
    std::int64_t us = 0;
    constexpr auto operator<=>(const Instant&) const = default;
    friend constexpr Instant operator+(Instant at, Duration by) { return {at.us + by.us}; }
    friend constexpr Instant operator-(Instant at, Duration by) { return {at.us - by.us}; }
    friend constexpr Duration operator-(Instant a, Instant b) { return {a.us - b.us}; }
};

}  // namespace latchkey
