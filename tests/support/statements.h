// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/query_stats.h"

#include <functional>

namespace latchkey::test {

/// How many statements `what` sends to the database, each a round trip, over all connections of this process.
inline std::uint64_t statementsOf(const std::function<void()>& what) {
    const std::uint64_t before = pg::queryStats().count;
    what();
    return pg::queryStats().count - before;
}

}  // namespace latchkey::test
