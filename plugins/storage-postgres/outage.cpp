// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/outage.h"

#include "domain/store.h"

#include <algorithm>
#include <random>

namespace latchkey::pg {

namespace {
constexpr std::int64_t kFirstPauseMs = 500;
constexpr std::int64_t kLongestPauseMs = 10'000;

std::string seconds(std::int64_t milliseconds) { return std::to_string((std::max<std::int64_t>(milliseconds, 0) + 999) / 1000) + " s"; }
}  // namespace

std::int64_t randomBelow(std::int64_t most) {
    thread_local std::minstd_rand generator(std::random_device{}());
    return most <= 1 ? 0 : std::uniform_int_distribution<std::int64_t>(0, most - 1)(generator);
}

void Outage::failed(std::int64_t nowMs, const std::string& why, bool busy) {
    if (since_ < 0) since_ = nowMs;
    pause_ = pause_ == 0 ? kFirstPauseMs : std::min(2 * pause_, kLongestPauseMs);
    nextAttempt_ = nowMs + pause_ - randomBelow(pause_ / 4);
    why_ = why;
    busy_ = busy;
}

std::int64_t Outage::over(std::int64_t nowMs) {
    const std::int64_t lasted = present() ? nowMs - since_ : -1;
    *this = Outage();
    return lasted;
}

void Outage::raise(std::int64_t nowMs) const {
    const std::int64_t wait = nextAttempt_ - nowMs;
    const std::string message = std::string(busy_ ? "no connection to be had from the database for " : "the database is away since ") + seconds(nowMs - since_) +
                                ", next try in " + seconds(wait) + ": " + why_;
    const int retryAfter = static_cast<int>(std::max<std::int64_t>(wait, 0) / 1000 + 1);
    if (busy_) throw StorageBusy(message, retryAfter);
    throw StorageDown(message, retryAfter);
}

}  // namespace latchkey::pg
