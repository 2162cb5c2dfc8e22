// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/migration_state.h"

#include "plugins/storage-postgres/database_facts.h"
#include "plugins/storage-postgres/migrations.h"

#include <algorithm>
#include <openssl/sha.h>
#include <set>

namespace latchkey::pg {

namespace {

using Names = std::vector<std::string>;

constexpr char kUpgrade[] =
    "run `mas-cli database migrate` of Matrix Authentication Service 1.21 on it once, with every other server stopped, then start this one again";

std::string some(const Names& names, std::size_t most = 5) {
    std::string text;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
}

std::string some(const std::vector<std::int64_t>& versions) {
    Names names;
    for (const std::int64_t each : versions) names.push_back(std::to_string(each));
    return some(names);
}

Names without(const Names& all, const Names& present) {
    const std::set<std::string> there(present.begin(), present.end());
    Names rest;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rest), [&](const auto& each) { return !there.contains(each); });
    return rest;
}

bool leftByImport(const std::string& table) {
    return table.starts_with("syn2mas__") || table == "syn2mas_restore_constraints" || table == "syn2mas_restore_indices";
}

std::string prefix(const std::string& checksum) { return checksum.empty() ? "nothing" : checksum.substr(0, 16) + "…"; }

/// Goes through the possible troubles in the order in which one hides the next.
class Judge {
public:
    Judge(const DatabaseFacts& facts, const MigrationSet& set) : facts_(facts), set_(set) { compareLedgers(); }

    MigrationState judge() {
        if (!troubled()) settle();
        return std::move(state_);
    }

private:
    void compareLedgers() {
        std::set<std::int64_t> applied;
        for (const LedgerRow& row : facts_.ledger) {
            applied.insert(row.version);
            if (set_.reference.knows(row.version)) known_.push_back(row.version);
            else if (!ReferenceLedger::removed(row.version)) state_.newer.push_back(row.version);
        }
        for (const LedgerRow& row : set_.reference.rows()) {
            if (!applied.contains(row.version)) state_.missing.push_back(row.version);
        }
        std::set<std::int64_t> ours;
        for (const LedgerRow& row : facts_.ownLedger) ours.insert(row.version);
        for (const Migration& each : set_.own) {
            if (!ours.contains(each.version)) state_.pendingOwn.push_back(each.version);
        }
    }

    bool troubled() {
        return noSchema() || elsewhere() || foreignLedger() || modified() || ownModified() || importUnfinished() || withoutLedger() || older() || tablesMissing() ||
               indexesUnfinished();
    }

    bool refuse(SchemaState state, std::string problem) {
        state_.state = state;
        state_.problem = "the database \"" + facts_.database + "\" cannot be used: " + std::move(problem);
        return true;
    }

    bool noSchema() {
        if (!facts_.schema.empty()) return false;
        return refuse(SchemaState::noSchema, "its search_path (" + facts_.searchPath + ") names no schema that exists, so there is nowhere to look for tables or to put them: " +
                                                 "create one of these schemas, or change the setting: ALTER ROLE \"" + facts_.role + "\" SET search_path = public");
    }

    bool elsewhere() {
        if (facts_.ledgerVisible || facts_.ledgerSchemas.empty()) return false;
        const std::string schema = facts_.ledgerSchemas.front();
        return refuse(SchemaState::elsewhere, "a ledger of migrations is in the schema " + some(facts_.ledgerSchemas) + ", where the search_path of this role (" + facts_.searchPath +
                                                  ") does not look: ALTER ROLE \"" + facts_.role + "\" IN DATABASE \"" + facts_.database + "\" SET search_path = \"" + schema +
                                                  "\", or use a database of its own");
    }

    bool foreignLedger() {
        if (facts_.ledger.empty() || !known_.empty() || state_.newer.empty()) return false;
        return refuse(SchemaState::foreign, "its table _sqlx_migrations belongs to another program: none of its " + std::to_string(facts_.ledger.size()) +
                                                " rows is a migration of Matrix Authentication Service. Use a database of its own: createdb --owner=\"" + facts_.role + "\" NAME");
    }

    bool modified() {
        Names found;
        for (const LedgerRow& row : facts_.ledger) {
            if (!set_.reference.knows(row.version)) continue;
            const auto verdict = set_.reference.judge(row.version, row.checksum);
            if (verdict == ReferenceLedger::Verdict::modified) {
                found.push_back(std::to_string(row.version) + " (expected " + prefix(set_.reference.row(row.version).checksum) + ", found " + prefix(row.checksum) + ")");
            } else if (verdict == ReferenceLedger::Verdict::tooShort) {
                found.push_back(std::to_string(row.version) + " (the checksum has only " + std::to_string(row.checksum.size() / 2) + " bytes)");
            }
        }
        if (found.empty()) return false;
        return refuse(SchemaState::modified, "migrations that were applied differ from those of Matrix Authentication Service 1.21: " + some(found, 10) +
                                                 ". A patched or unreleased server has changed it; nobody can tell what its tables look like. Restore a backup of an unpatched server, or "
                                                 "ask whoever made these changes");
    }

    bool ownModified() {
        Names found;
        for (const LedgerRow& row : facts_.ownLedger) {
            const auto mine = std::find_if(set_.own.begin(), set_.own.end(), [&](const Migration& each) { return each.version == row.version; });
            if (mine == set_.own.end()) {
                state_.warnings.push_back("a newer release of this server has applied its migration " + std::to_string(row.version) + "; changes only add, so this one goes on");
            } else if (const std::string expected = migrationChecksum(mine->sql); expected != row.checksum) {
                found.push_back(std::to_string(row.version) + " (expected " + prefix(expected) + ", found " + prefix(row.checksum) + ")");
            }
        }
        if (found.empty()) return false;
        return refuse(SchemaState::modified, "changes of this server that were applied (table latchkey_migrations) differ from the released ones: " + some(found, 10) +
                                                 ". Use the release that made them, or restore a backup");
    }

    bool importUnfinished() {
        Names left;
        std::copy_if(facts_.tablesVisible.begin(), facts_.tablesVisible.end(), std::back_inserter(left), leftByImport);
        if (left.empty()) return false;
        return refuse(SchemaState::importUnfinished, "an import from Synapse (syn2mas) has not ended: it left " + some(left) +
                                                         ", and tables of the service are renamed meanwhile. Run `mas-cli syn2mas migrate` of Matrix Authentication Service 1.21 to its end");
    }

    bool withoutLedger() {
        if (!known_.empty() || facts_.tablesHere.empty()) return false;
        const Names others = without(facts_.tablesHere, referenceTables());
        const bool onlyLedger = others.empty() && facts_.tablesHere == Names{"_sqlx_migrations"};
        if (onlyLedger) return false;  // made by a migrator that was killed before its first migration
        if (others.empty()) {
            return refuse(SchemaState::halfApplied, "it has tables of Matrix Authentication Service (" + some(facts_.tablesHere) +
                                                        ") and no record of its migrations: restore the table _sqlx_migrations from a backup, with the rest");
        }
        return refuse(SchemaState::foreign, "it is neither empty nor a database of Matrix Authentication Service: the schema \"" + facts_.schema + "\" has " +
                                                std::to_string(facts_.tablesHere.size()) + " tables (" + some(facts_.tablesHere) + "). Use a database of its own: createdb --owner=\"" +
                                                facts_.role + "\" NAME");
    }

    bool older() {
        if (known_.empty() || state_.missing.empty()) return false;
        const std::int64_t newestApplied = *std::max_element(known_.begin(), known_.end());
        const std::string range = std::to_string(state_.missing.size()) + " of " + std::to_string(set_.reference.rows().size()) + " migrations are missing (" + some(state_.missing) + ")";
        if (state_.missing.front() > newestApplied) {
            return refuse(SchemaState::older, "it was last migrated by a Matrix Authentication Service before 1.21: " + range + ", the newest applied is " +
                                                  std::to_string(newestApplied) + ". Upgrade it first: " + kUpgrade);
        }
        return refuse(SchemaState::halfApplied, range + " although newer ones are applied, up to " + std::to_string(newestApplied) + ": an upgrade was interrupted, or went from branch to branch. " +
                                                    "Finish it first: " + kUpgrade);
    }

    bool tablesMissing() {
        if (known_.empty()) return false;
        const Names missing = without(referenceTables(), facts_.tablesVisible);
        if (missing.empty()) return false;
        if (!state_.newer.empty()) {
            return refuse(SchemaState::halfApplied, "a newer Matrix Authentication Service has migrated it (" + some(state_.newer) + ") and removed tables that this server needs: " + some(missing) +
                                                        ". Go on with that server, or restore a backup from before");
        }
        return refuse(SchemaState::halfApplied, "its ledger says that it is complete, but tables are missing: " + some(missing) + ". Restore a backup that holds all of the database");
    }

    bool indexesUnfinished() {
        // A change of ours that was interrupted drops what it left and builds it again.
        if (known_.empty()) return false;
        std::vector<std::string> unfinished;
        std::string commands;
        for (const std::string& each : facts_.invalidIndexes) {
            if (!state_.pendingOwn.empty() && each.rfind("latchkey_", 0) == 0) continue;  // a change that is pending builds it anew
            unfinished.push_back(each);
            commands += (commands.empty() ? "" : " ") + ("REINDEX INDEX CONCURRENTLY \"" + each + "\";");
        }
        if (unfinished.empty()) return false;
        return refuse(SchemaState::halfApplied, "indexes were never finished, since building them was interrupted: " + some(unfinished) + ". Build them, then start again: " + commands);
    }

    void settle() {
        if (known_.empty()) {
            state_.state = SchemaState::empty;
            return;
        }
        state_.state = state_.pendingOwn.empty() ? SchemaState::current : SchemaState::changesPending;
        if (state_.newer.empty()) return;
        state_.warnings.push_back("the database was migrated by a Matrix Authentication Service newer than 1.21 (" + some(state_.newer) +
                                  "), which this server does not know. It goes on, as MAS does; if anything misbehaves, use the newer server or restore a backup");
    }

    const DatabaseFacts& facts_;
    const MigrationSet& set_;
    MigrationState state_;
    std::vector<std::int64_t> known_;  // applied migrations that MAS 1.21 has, too
};

}  // namespace

const char* stateName(SchemaState state) {
    switch (state) {
        case SchemaState::empty: return "empty";
        case SchemaState::current: return "up to date";
        case SchemaState::changesPending: return "changes pending";
        case SchemaState::older: return "older than MAS 1.21";
        case SchemaState::halfApplied: return "half applied";
        case SchemaState::modified: return "modified";
        case SchemaState::importUnfinished: return "import unfinished";
        case SchemaState::foreign: return "foreign";
        case SchemaState::elsewhere: return "in another schema";
        case SchemaState::noSchema: return "no schema";
    }
    return "unknown";
}

MigrationState classify(const DatabaseFacts& facts, const MigrationSet& set) { return Judge(facts, set).judge(); }

std::string migrationChecksum(std::string_view sql) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(sql.data()), sql.size(), digest);
    std::string text;
    for (const unsigned char byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

}  // namespace latchkey::pg
