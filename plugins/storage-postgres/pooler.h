// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::pg {

struct ConnectOptions;

/// What stands between this server and PostgreSQL.
enum class PoolerKind { direct, session, transaction, statement, unknown };

struct PoolerVerdict {
    PoolerKind kind = PoolerKind::unknown;
    std::string evidence;  ///< what was observed, for people

    /// A session of the client is not one of the server: advisory locks, prepared statements and LISTEN cannot work.
    bool breaksSessions() const { return kind == PoolerKind::transaction || kind == PoolerKind::statement; }
};

const char* poolerName(PoolerKind kind);  ///< "direct", "session pooler", "transaction pooler", …

/// What to say, and to do, when the verdict breaks sessions.
std::string poolerAdvice(const PoolerVerdict& verdict);

/// Looks, with at most six connections of its own, for some milliseconds (a few seconds behind a full pool). Thread-safe.
/// Throws StorageDown or StorageBusy if not even the first connection can be opened.
PoolerVerdict detectPooler(const ConnectOptions& options);

}  // namespace latchkey::pg
