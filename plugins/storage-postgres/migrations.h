// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace latchkey::pg {

class ReferenceLedger;

/// A change of ours after the baseline.
struct Migration {
    std::int64_t version;
    std::string_view description;
    std::string_view sql;  ///< first line `-- no-transaction`: each statement by itself, and it can be run again
};

// The content of migrations/, see migrations/README.md.
extern const std::string_view kBaseline;
extern const std::string_view kReferenceLedger;
extern const std::string_view kReferenceAlternates;
const std::vector<Migration>& ownMigrations();  ///< ascending

/// What a database is brought to. Refers to what it was made of.
struct MigrationSet {
    std::string_view baseline;
    const ReferenceLedger& reference;
    const std::vector<Migration>& own;

    static const MigrationSet& shipped();
};

}  // namespace latchkey::pg
