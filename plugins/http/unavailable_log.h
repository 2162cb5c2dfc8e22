// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace latchkey::http {

/// `http.unavailable`, once at once and then as a count per interval: whoever sends thousands of requests at a busy server must not
/// fill its disk. On level debug each has its line besides. Thread-safe.
class UnavailableLog {
public:
    static constexpr std::int64_t kIntervalMs = 10'000;

    void add(const Request& request, const std::string& route, const std::string& why, std::int64_t nowMs);
    /// Tells what was counted, once the interval is over; called every now and then, as nothing may follow a flood.
    void tick(std::int64_t nowMs);
    /// Tells the rest, however short the interval was.
    void flush();

private:
    void tell(std::unique_lock<std::mutex>& held);

    std::mutex mutex_;
    std::int64_t quietUntilMs_ = 0;  ///< 0: the next one is told at once
    std::uint64_t untold_ = 0;
    std::string why_;                ///< of the last one that was not told
    std::string route_;
};

}  // namespace latchkey::http
