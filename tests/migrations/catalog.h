// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"

#include <string>
#include <vector>

namespace latchkey::migrations {

/// The catalog of a database in the form of expected/schema.tsv: one line per column, constraint, index, trigger, function, enum,
/// extension, unlogged table, without our own (latchkey_…); columns in their order, the rest sorted.
std::vector<std::string> catalogOf(const test::Postgres& server, const std::string& database);
std::vector<std::string> expectedCatalog();

/// The lines in which they differ, with - and + before them; empty if they are equal.
std::string difference(const std::vector<std::string>& wanted, const std::vector<std::string>& found);

}  // namespace latchkey::migrations
