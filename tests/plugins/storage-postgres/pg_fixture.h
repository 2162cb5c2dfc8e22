// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/config.h"
#include "plugins/storage-postgres/connection.h"
#include "tests/support/postgres.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

namespace latchkey::pg {

/// Far more than anything takes; whoever waits for a condition gives up then.
inline constexpr int kLong = 60'000;

/// Each test has an empty database on the shared server, or brings a server of its own.
class PgFixture : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override { server().dropDatabase(database_); }

protected:
    static test::Postgres& server() { return test::Postgres::shared(); }
    const std::string& database() const { return database_; }

    ConnectOptions options(const std::string& user = "postgres") const;
    /// As superuser, on another connection.
    std::string admin(const std::string& sql) const { return server().sql(sql, database_); }
    /// Ends one session, and returns when it has ended.
    void terminate(int backend) const;
    /// Waits until a session waits for a lock.
    void awaitBlocked(int backend) const;

private:
    std::string database_;
};

/// "Conflict", "StorageBusy", …: the exact type of what the action throws, with its message after it. "nothing" if it does not throw.
template <typename Action>
std::string thrownBy(Action&& action);

std::string typeAndMessage(const std::exception& error);

template <typename Action>
std::string thrownBy(Action&& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return typeAndMessage(error);
    }
    return "nothing";
}

void requireStart(const std::string& start, const std::string& text);
void requireHolds(const std::string& part, const std::string& text);

std::int64_t number(Connection& connection, const Query& query, Params params = {});
std::string word(Connection& connection, const Query& query, Params params = {});

}  // namespace latchkey::pg
