// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/query.h"

#include <span>

namespace latchkey::pg {

/// One batch of one table of a clean-up. Its statement says how many rows it found in its only column.
struct CleanupStatement {
    const char* name;  ///< of the queue
    Duration age;
    enum class By { time, id, none } by;  ///< what $1 is: the moment that long ago, the lowest id of that moment, or nothing; $2: how many
    Query query;
};

std::span<const CleanupStatement> cleanupStatements();

}  // namespace latchkey::pg
