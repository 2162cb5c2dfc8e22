// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/result.h"

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::pg {

struct ConnectOptions;

/// A connection by libpq alone, where every step has a deadline: for looking at what is at the other end (diagnosis, poolers,
/// doctor). Statements go by the simple protocol, which every pooler passes on. Not thread-safe.
class PlainConnection {
public:
    /// Throws StorageDown or StorageBusy with a diagnosis, after options.connectTimeout seconds at the latest.
    explicit PlainConnection(const ConnectOptions& options);

    enum class Outcome { done, refused, waiting, lost };
    struct Answer {
        Outcome outcome = Outcome::lost;
        std::string value;     ///< done: first column of the last result's first row; refused: the server's message
        std::string sqlState;  ///< refused
    };
    /// Sends a script and waits for all of its results. `waiting`: none came in time; then answer() goes on waiting.
    Answer ask(const char* sql, std::int64_t milliseconds);
    Answer answer(std::int64_t milliseconds);

    PGconn* raw() const { return connection_.get(); }

    /// Closes it, and waits until the server has done so, too (for a second at most): whoever connects next may need its place.
    void leave();

    /// The connection, for whoever wants to own it.
    PGconn* release() { return connection_.release(); }

private:
    struct Finish {
        void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
    };
    void connect(const ConnectOptions& options);
    std::optional<Answer> collect();

    std::unique_ptr<PGconn, Finish> connection_;
    Answer partial_;
    bool failed_ = false;
};

}  // namespace latchkey::pg
