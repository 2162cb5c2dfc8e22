// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/advisory_lock.h"

#include <functional>
#include <optional>
#include <string>

namespace latchkey::pg {

/// The lock that one migrator per database holds, MAS's included. Asks every 250 ms, doubling to 5 s, and says who has it.
/// Polling, because a session that waits inside of PostgreSQL would stop the holder's CREATE INDEX CONCURRENTLY.
/// Nothing if `interrupted` says so.
std::optional<SessionLock> waitForMigrationLock(Connection& connection, const std::string& database, const std::function<bool()>& interrupted);

}  // namespace latchkey::pg
