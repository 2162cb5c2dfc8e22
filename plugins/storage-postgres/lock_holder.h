// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::pg {

class Connection;

/// The session that holds an advisory lock of the current database. What PostgreSQL hides from this role is empty.
struct LockHolder {
    int pid = 0;
    std::string applicationName;
    std::string user;
    std::string address;  ///< "local" for a unix socket
    std::string since;    ///< when its session began, RFC 3339 in UTC

    std::string describe() const;  ///< `process 4711 ("matrix-authentication-service", user mas, from 10.0.0.7, connected since …)`
};

std::optional<LockHolder> lockHolder(Connection& connection, std::int64_t key);

}  // namespace latchkey::pg
