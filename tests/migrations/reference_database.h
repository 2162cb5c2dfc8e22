// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"

#include <string>
#include <vector>

namespace latchkey::migrations {

/// The role that owns the databases below: no superuser, as the reference's documentation has it.
inline const std::string kOwner = "mas";

/// A copy of a database as MAS 1.21 leaves it, owned by kOwner: its schema, the ledger of the sheets, rows in every table.
std::string referenceDatabase(test::Postgres& server);

/// Every row of every table with its place and transaction, every object's file, every catalog's newest change: two of these
/// are equal if nobody has written anything between them.
std::vector<std::string> traces(const test::Postgres& server, const std::string& database);
/// The rows only.
std::vector<std::string> rowTraces(const test::Postgres& server, const std::string& database);

}  // namespace latchkey::migrations
