// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/query.h"
#include "plugins/storage-postgres/result.h"
#include "plugins/storage-postgres/statement_cache.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::pg {

/// Executes statements on one libpq connection, each in one round trip: a prepared one directly; otherwise BEGIN (if it is
/// still owed), the preparation and the execution travel together. Not thread-safe.
class StatementRunner {
public:
    StatementRunner(PGconn* connection, std::size_t cacheCapacity) : connection_(connection), cache_(cacheCapacity) {}

    /// A successful result. Throws what errors.h makes of anything else.
    Result run(const Query& query, Params params);

    void owe() noexcept { beginOwed_ = true; }
    /// Whether a BEGIN was owed, which it then no longer is.
    bool takeOwed() noexcept { return std::exchange(beginOwed_, false); }
    bool owed() const noexcept { return beginOwed_; }
    std::size_t prepared() const { return cache_.size(); }
    /// A statement was sent that may have left something behind in the session (session_effects.h).
    bool touchedSession() const noexcept { return touchedSession_; }

private:
    using Values = std::vector<const char*>;
    Result attempt(const Query& query, const Values& values);
    Result pipeline(const Query& query, const Values& values, bool prepare);
    std::vector<std::string> drops(const Query& query) const;
    bool send(const Query& query, const Values& values, bool begin, bool prepare, const std::vector<std::string>& drops);
    bool noteForgotten(const Query& query, const PGresult* failed);
    bool backToStart(bool owedBefore);
    Result next();

    PGconn* connection_;
    StatementCache cache_;
    std::set<std::string, std::less<>> stale_;  ///< still prepared on the server, but no longer fit: dropped before they are prepared again
    std::string failedDrop_;                    ///< of the last pipeline
    bool beginOwed_ = false;
    bool touchedSession_ = false;
};

}  // namespace latchkey::pg
