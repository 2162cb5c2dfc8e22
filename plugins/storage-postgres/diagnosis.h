// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

struct pg_conn;

namespace latchkey::pg {

struct ConnectOptions;

/// Where a connection was wanted.
struct Target {
    std::string host;
    std::string port;
    std::string database;
    std::string user;
    std::string describe() const;
};

/// Why there is none.
enum class ConnectFailure {
    other, timedOut, refused, noSocket, nameNotResolved, unreachable, wrongPassword, passwordNeeded, missingRole, missingDatabase,
    notAllowed, noConnectPrivilege, tlsRefused, tlsRequired, tlsNotVerified, tooManyConnections, startingUp, wrongServerKind, closedAtOnce, diskFull,
};

struct Diagnosis {
    ConnectFailure failure = ConnectFailure::other;
    std::string message;  ///< what, where and what to do; one line; never a password
};

/// `said` is libpq's message, made with PQERRORS_VERBOSE.
Diagnosis diagnose(const Target& target, std::string_view said, bool timedOut, int timeoutSeconds);

/// Throws StorageBusy for "too many connections", StorageDown for all else. `connection` may be null.
[[noreturn]] void throwDiagnosis(const ConnectOptions& options, const pg_conn* connection, bool timedOut);

}  // namespace latchkey::pg
