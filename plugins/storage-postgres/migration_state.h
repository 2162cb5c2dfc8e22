// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

struct DatabaseFacts;
struct MigrationSet;

enum class SchemaState {
    empty,             ///< nothing there: the baseline makes it
    current,           ///< complete, whoever made it
    changesPending,    ///< complete as MAS 1.21, changes of ours are to come
    older,             ///< of a MAS before 1.21
    halfApplied,       ///< a gap in the ledger, tables missing, or indexes that were never finished
    modified,          ///< checksums of something else than the released migrations
    importUnfinished,  ///< in the middle of an import from Synapse
    foreign,           ///< somebody else's tables
    elsewhere,         ///< the ledger is in a schema that search_path does not name
    noSchema,          ///< search_path names no schema that exists
};

const char* stateName(SchemaState state);  ///< "empty", "up to date", … for people and for `--json`

/// What is to be thought of a database.
struct MigrationState {
    SchemaState state = SchemaState::empty;
    std::vector<std::int64_t> missing;       ///< versions of MAS's migrations that are not in the ledger
    std::vector<std::int64_t> newer;         ///< versions there that this server does not know
    std::vector<std::int64_t> pendingOwn;    ///< versions of our changes that are to be applied
    std::string problem;                     ///< why it cannot be used, and what to do; empty if it can
    std::vector<std::string> warnings;

    bool usable() const { return problem.empty(); }
    bool pending() const { return state == SchemaState::empty || state == SchemaState::changesPending; }
};

MigrationState classify(const DatabaseFacts& facts, const MigrationSet& set);

/// SHA-256 in lower-case hexadecimal, as in our own ledger.
std::string migrationChecksum(std::string_view sql);

}  // namespace latchkey::pg
