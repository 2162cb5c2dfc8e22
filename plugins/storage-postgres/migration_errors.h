// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::pg {

class Connection;
struct DatabaseFacts;
struct ServerError;

/// Sends a script of several statements by the simple protocol. Throws Error that says what failed and what to do (disk full, no
/// privilege, read-only, …); StorageDown if the connection was lost. `what` begins the message: "migration 20270101000000".
void runScript(Connection& connection, std::string_view what, const std::string& sql);

[[noreturn]] void throwMigrationError(const ServerError& error, std::string_view what);

/// What would fail anyhow, said before anything is begun: a read-only server, no privilege in the schema, another encoding than UTF8.
/// Throws Error.
void requireWritable(const DatabaseFacts& facts);
void requireFitForBaseline(const DatabaseFacts& facts);

/// `psql --host=… --port=… --username=postgres --dbname=… --command='…'` for the server that this connection goes to.
std::string administratorCommand(const Connection& connection, const std::string& sql);

std::string quotedName(std::string_view name);  ///< an SQL identifier in double quotes

}  // namespace latchkey::pg
