// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/reference_ledger.h"

#include <string>
#include <vector>

namespace latchkey::pg {

class Connection;

/// What the catalogs and the ledgers of a database say, before anybody judges it.
struct DatabaseFacts {
    std::string database;
    std::string role;
    std::string schema;                      ///< the current one, where new tables go; empty: search_path names none that exists
    std::string searchPath;
    std::string encoding;                    ///< "UTF8"
    int serverVersion = 0;                   ///< 150018 for 15.18
    bool readOnly = false;                   ///< a hot standby, or default_transaction_read_only
    bool mayCreate = false;                  ///< the role may create tables in `schema`

    bool ledgerVisible = false;              ///< an unqualified _sqlx_migrations is found
    std::vector<std::string> ledgerSchemas;  ///< every schema that has one
    std::vector<LedgerRow> ledger;
    bool ownLedgerVisible = false;
    std::vector<LedgerRow> ownLedger;

    std::vector<std::string> tablesHere;     ///< in `schema`, extensions' own left out
    std::vector<std::string> tablesVisible;  ///< found by an unqualified name, outside of the system's schemas
    std::vector<std::string> invalidIndexes; ///< on visible tables, left by a concurrent build that did not end
};

/// About ten milliseconds. Takes no lock that could be in anybody's way.
DatabaseFacts readFacts(Connection& connection);

}  // namespace latchkey::pg
