// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/query.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

struct pg_conn;

namespace Poco::Data {
class Session;
}

namespace latchkey::pg {

struct ConnectOptions;  // connect_options.h

/// What PostgreSQL said, kept apart for whoever needs more than the mapped exception.
struct ServerError {
    std::string sqlState;    ///< "23505"; empty if the connection was lost
    std::string message;
    std::string constraint;
    std::string detail;      ///< may hold data: never logged above debug
};

/// One connection to PostgreSQL. Statements are prepared once per connection and executed in one round trip. Not thread-safe.
/// Errors are thrown as domain/store.h's types, mapped once from the SQLSTATE, with the query's name.
class Connection {
public:
    /// Opens; bounded by options.connectTimeout. Throws StorageDown with a diagnosis (diagnosis.h).
    explicit Connection(const ConnectOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// At most one row; more is inconsistent.
    template <typename Read>
    auto one(const Query& query, Params params, Read&& read) -> std::optional<std::invoke_result_t<Read&, const Row&>> {
        std::optional<std::invoke_result_t<Read&, const Row&>> found;
        eachRow(query, params, [&](const Row& row) {
            if (found) severalRows(query);
            found.emplace(read(row));
        });
        return found;
    }
    template <typename Read>
    auto all(const Query& query, Params params, Read&& read) -> std::vector<std::invoke_result_t<Read&, const Row&>> {
        std::vector<std::invoke_result_t<Read&, const Row&>> found;
        eachRow(query, params, [&](const Row& row) { found.push_back(read(row)); });
        return found;
    }
    /// The number of rows affected.
    std::int64_t exec(const Query& query, Params params = {});
    /// Throws StorageInconsistent unless exactly one row was affected.
    void execOne(const Query& query, Params params = {});

    /// Sends a script of several statements by the simple protocol; for migrations. `name` stands in errors. A script may do
    /// anything, so the connection counts as tainted from then on.
    void script(const char* name, const std::string& sql);

    void begin();
    /// BEGIN travels together with the next statement that goes through this class; until then nothing is sent.
    void beginWithNextStatement() noexcept;
    /// Throws StorageError if the server rolled back instead, StorageDown if nobody knows. Sends nothing if nothing began.
    void commit();
    void rollback() noexcept;

    bool usable() const noexcept;          ///< the socket is open and no protocol error happened
    bool inTransaction() const noexcept;   ///< as libpq knows it: PQtransactionStatus
    bool beginOwed() const noexcept;       ///< the next statement begins a transaction
    int backendPid() const noexcept;       ///< as announced at connection: PQbackendPID
    int serverVersion() const noexcept;    ///< 150018 for 15.18
    /// A round trip. Throws StorageDown, also if there is no answer in time; the connection is of no use then.
    void ping(std::int64_t milliseconds = 10'000);
    /// Without a round trip: nothing came from the server since the last statement. If something did (a message, or the end of
    /// the connection), only ping() tells what it means.
    bool quiet() const noexcept;
    /// Something stands between: the process that answered is not the one announced at connection.
    bool proxied() const noexcept;
    /// Marks that session state was touched (LISTEN, SET, session advisory locks): the pool closes this connection when it comes
    /// back instead of passing it on. Statements that go through this class are recognised (session_effects.h); whoever uses raw()
    /// or poco() for such, or calls a function that does it, must say so.
    void taint() noexcept { tainted_ = true; }
    bool tainted() const noexcept;

    pg_conn* raw() const noexcept { return conn_; }
    /// For code that wants Poco::Data on this connection; nullptr if Poco's connector could not carry the settings
    /// (driver_session.h). Whoever changes session state or leaves a statement's transaction open calls taint().
    Poco::Data::Session* poco() const noexcept;

private:
    void eachRow(const Query& query, Params params, const std::function<void(const Row&)>& read);
    [[noreturn]] static void severalRows(const Query& query);

    struct Impl;                    // the driver's session, prepared statements
    std::unique_ptr<Impl> impl_;
    pg_conn* conn_ = nullptr;
    bool tainted_ = false;
};

}  // namespace latchkey::pg
