// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace latchkey::pg {

/// What a pool knows of a database that gives it no connections: since when, why, and when to look again. Times are
/// monotonic milliseconds. Not thread-safe.
class Outage {
public:
    /// Another attempt failed. The pause doubles from half a second to ten, with some chance, so that the processes of a
    /// deployment do not all come back in the same moment.
    void failed(std::int64_t nowMs, const std::string& why, bool busy);
    /// A connection was opened; returns how long the outage was, -1 if there was none.
    std::int64_t over(std::int64_t nowMs);

    bool present() const { return since_ >= 0; }
    bool due(std::int64_t nowMs) const { return present() && nowMs >= nextAttempt_; }
    std::int64_t nextAttempt() const { return nextAttempt_; }
    const std::string& why() const { return why_; }

    /// Throws StorageBusy (the server has no connection left) or StorageDown, with since when and when next.
    [[noreturn]] void raise(std::int64_t nowMs) const;

private:
    std::int64_t since_ = -1;
    std::int64_t nextAttempt_ = 0;
    std::int64_t pause_ = 0;
    std::string why_;
    bool busy_ = false;
};

/// From 0 to `most` - 1, for jitter; thread-safe.
std::int64_t randomBelow(std::int64_t most);

}  // namespace latchkey::pg
