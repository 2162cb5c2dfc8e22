// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::pg {

class Connection;

/// How the extension pg_trgm stands, which three indexes of the schema need.
struct TrigramState {
    bool available = false;    ///< its files are on the server
    std::string schema;        ///< where it is installed in this database; empty: it is not
    std::string version;
    bool reachable = false;    ///< installed, and its operator class is found by an unqualified name
};

TrigramState trigramState(Connection& connection);

/// Creates the extension in the current schema if it is missing. Throws Error with the exact command for the administrator where
/// this role may not, or where the server does not have it. Runs inside of the caller's transaction.
void ensureTrigram(Connection& connection);

}  // namespace latchkey::pg
