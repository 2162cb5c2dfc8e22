// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>

namespace latchkey::homeserver {

/// Stops calling a homeserver that is away: after several failures in a row calls fail at once for a while, then one is let through
/// to see. Thread-safe.
class Circuit {
public:
    struct Options {
        int failures = 5;                ///< in a row, that open it
        std::int64_t openMs = 5'000;     ///< until the next probe
        std::function<std::int64_t()> now;
    };
    enum class Change { none, opened, closed };

    explicit Circuit(Options options);
    /// Whether a call may be made. Who is told yes must report how it went, with exactly one of the next three.
    bool admit();
    Change succeeded();
    Change failed();
    void abandoned();  ///< it says nothing about the homeserver
    bool open() const;

private:
    const Options options_;
    mutable std::mutex mutex_;
    int inRow_ = 0;
    bool open_ = false;
    bool probing_ = false;
    std::int64_t probeAtMs_ = 0;
};

}  // namespace latchkey::homeserver
