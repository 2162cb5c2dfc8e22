// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"

#include <string>
#include <vector>

namespace latchkey::e2e {

inline const std::string kPassword = "database-Pass-4711";

/// A private PostgreSQL server that the service reaches over TCP, as the role `mas` with a password.
class Database {
public:
    explicit Database(test::PostgresOptions options = {});

    /// One for all tests that neither stop it nor change its settings.
    static Database& shared();

    void start() { postgres_.start(); }
    void stop() { postgres_.stop(); }

    /// An empty database that belongs to `mas`; returns a name that was not used before.
    std::string create();
    /// Those that were created since the last call and are still there.
    std::vector<std::string> takeCreated();
    std::string uri(const std::string& database) const { return postgres_.uri(database, "mas", kPassword); }
    int port() const { return postgres_.port(); }
    void endSessions(const std::string& database) { postgres_.terminateBackends(database); }
    /// The rows of all tables as text, a line each, without columns that may be read by anybody who reads backups (docs/database.md).
    std::string dump(const std::string& database) const;
    /// Runs statements as superuser; the first value of the last result. Throws with PostgreSQL's message.
    std::string admin(const std::string& sql, const std::string& database = "postgres") const { return postgres_.sql(sql, database); }

private:
    test::Postgres postgres_;
    std::vector<std::string> created_;
};

}  // namespace latchkey::e2e
