// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace latchkey::pg {

class Connection;

/// What a server says about itself and about our role in it; for `doctor`, `database status` and the log at the start.
struct ServerFacts {
    int versionNumber = 0;      ///< 150018
    std::string version;        ///< "15.18 (Debian …)"
    std::string encoding;       ///< of the database
    std::string database;
    std::string user;
    bool canCreate = false;     ///< in the schema that new tables would go to
    std::string schema;         ///< that one; empty if search_path names none that exists
    bool mayInstallTrgm = false;
    bool readOnly = false;
    bool tls = false;
    bool remote = false;        ///< reached over a network, not by a socket or the loopback interface
    std::int64_t clockAheadUs = 0;   ///< of the database against this host
    std::int64_t maxConnections = 0;
    std::int64_t reservedConnections = 0;
    std::int64_t usedConnections = 0;
    std::int64_t roleLimit = -1;     ///< -1: none
    std::int64_t databaseLimit = -1;
};

ServerFacts readServerFacts(Connection& connection);

/// Before 13 only a superuser may create pg_trgm, and nothing is tested: empty, or what to tell the administrator.
std::string oldVersionWarning(const ServerFacts& facts);
constexpr int kOldestTestedVersion = 130000;

}  // namespace latchkey::pg
