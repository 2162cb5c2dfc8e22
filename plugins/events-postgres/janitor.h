// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_archive.h"
#include "domain/time.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace latchkey::events_postgres {

/// Removes events that are older than the retention: at once and then every hour, in small steps. Any number of processes may.
class Janitor {
public:
    static constexpr std::int64_t kPeriodMs = 3'600'000;
    static constexpr int kStep = 1'000;

    Janitor(EventArchive& archive, Duration retention, std::int64_t periodMs = kPeriodMs);
    ~Janitor();
    Janitor(const Janitor&) = delete;
    Janitor& operator=(const Janitor&) = delete;

private:
    void run();
    void clean() noexcept;
    bool stopping() const;

    EventArchive& archive_;
    const Duration retention_;
    const std::int64_t periodMs_;
    mutable std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace latchkey::events_postgres
