// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/secret.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::pg {

struct ConnectState;  // connect_state.h

/// libpq's keywords and values ("host", "dbname", "sslmode", …).
using Keywords = std::map<std::string, std::string>;

/// How to reach the database, as configured. Copies share what is known about the target (whether a connection succeeded) and
/// the files in memory that hold its secrets. Reading is thread-safe.
struct ConnectOptions {
    ConnectOptions();
    ~ConnectOptions();
    ConnectOptions(const ConnectOptions&);
    ConnectOptions& operator=(const ConnectOptions&);

    /// A URI or `key=value …`, as in the setting `database.uri`. What is not understood is left out and named in `warnings`.
    /// Throws Error, without any part of the text that could be a password.
    static ConnectOptions parse(std::string_view conninfo, std::vector<std::string>* warnings = nullptr);

    Keywords keywords;                  ///< as written; no password and no inline certificates
    config::Secret password;            ///< empty: libpq's own sources (PGPASSWORD, PGPASSFILE, ~/.pgpass)
    config::Secret ca;                  ///< PEM given inline; overrides the keyword sslrootcert
    config::Secret certificate;         ///< … sslcert
    config::Secret key;                 ///< … sslkey
    int connectTimeout = 30;            ///< seconds, for one attempt, all hosts together; at least 1
    std::size_t statementCache = 100;   ///< prepared statements kept per connection
    std::shared_ptr<ConnectState> state;

    /// The keywords that libpq is given: as written, with the defaults that this server adds. Looks for local sockets.
    Keywords effective() const;
    /// `database "mas" on host "db.example.net", port 5432, as user "mas"`: for messages.
    std::string describe() const;
};

}  // namespace latchkey::pg
