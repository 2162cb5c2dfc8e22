// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

/// A row of MAS's ledger `_sqlx_migrations`. Checksums are in lower-case hexadecimal here.
struct LedgerRow {
    std::int64_t version = 0;
    std::string description;
    std::string checksum;
};

/// What the ledger of a complete MAS 1.21 database holds, and what may differ.
class ReferenceLedger {
public:
    /// Tab-separated with one line of titles, as in migrations/ledger. Throws Error.
    ReferenceLedger(std::string_view rows, std::string_view alternates);

    const std::vector<LedgerRow>& rows() const { return rows_; }
    bool knows(std::int64_t version) const { return expected_.contains(version); }
    const LedgerRow& row(std::int64_t version) const { return rows_[expected_.at(version)]; }
    std::int64_t newest() const { return rows_.back().version; }

    /// What MAS says to a checksum found with a version that it knows.
    enum class Verdict { same, accepted, modified, tooShort };
    Verdict judge(std::int64_t version, std::string_view checksum) const;

    /// Migrations that MAS once had and took back: their rows mean nothing.
    static bool removed(std::int64_t version);

private:
    std::vector<LedgerRow> rows_;
    std::map<std::int64_t, std::size_t> expected_;
    std::multimap<std::int64_t, std::string> alternates_;
};

/// The tables of MAS 1.21, its ledger included.
const std::vector<std::string>& referenceTables();

}  // namespace latchkey::pg
