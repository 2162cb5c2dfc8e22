// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/pooler.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/connect_options.h"
#include "plugins/storage-postgres/plain_connection.h"

#include <cstdlib>
#include <deque>
#include <optional>

namespace latchkey::pg {

namespace {

using Outcome = PlainConnection::Outcome;

constexpr char kWhichBackend[] = "SELECT pg_backend_pid()";
constexpr char kHoldBackend[] = "BEGIN; SELECT pg_backend_pid()";
constexpr int kTries = 5;
constexpr std::int64_t kFirstAnswerMs = 10'000;
constexpr std::int64_t kPatienceMs = 1500;

// A pooler in transaction mode lends a server's process to a connection for one transaction only. So one connection asks for
// its process, others open transactions and keep them; if one of those gets the same process, if the first one's process
// changes, or if it has to wait for one, then the first connection does not own it.
class Detection {
public:
    explicit Detection(const ConnectOptions& options) : options_(options), first_(options) {}

    PoolerVerdict run() {
        const auto answer = first_.ask(kWhichBackend, kFirstAnswerMs);
        if (answer.outcome != Outcome::done) return {PoolerKind::unknown, "the first statement got no answer: " + answer.value};
        process_ = answer.value;
        const int announced = PQbackendPID(first_.raw());
        if (std::atoi(process_.c_str()) == announced) return {PoolerKind::direct, "the server process is the one announced (" + process_ + ")"};
        for (int i = 0; i < kTries; ++i) {
            if (auto verdict = tryOnce()) return *verdict;
        }
        if (held_ == 0) {
            return {PoolerKind::unknown, "there is a pooler (process " + std::to_string(announced) + " was announced, " + process_ +
                                             " answers), but it gave no second server connection to compare with: its pool is full"};
        }
        return {PoolerKind::session, "the server process stayed the same (" + process_ + ") while " + std::to_string(held_) +
                                         " other connections held transactions, though " + std::to_string(announced) + " had been announced"};
    }

private:
    std::optional<PoolerVerdict> tryOnce() {
        std::optional<std::string> taken = holdAnother();
        if (statementMode_) return PoolerVerdict{PoolerKind::statement, "a transaction was refused: " + refusal_};
        if (taken == process_) return PoolerVerdict{PoolerKind::transaction, "two connections got the same server process (" + process_ + ") at once"};
        auto again = first_.ask(kWhichBackend, kPatienceMs);
        if (again.outcome == Outcome::waiting) {
            if (starved()) {
                return PoolerVerdict{PoolerKind::transaction, "a connection had to wait for a server process while " + std::to_string(held_) + " others held transactions"};
            }
            again = first_.answer(2 * kPatienceMs);
        }
        if (again.outcome == Outcome::waiting) return PoolerVerdict{PoolerKind::unknown, "there is a pooler, and it let a connection wait for seconds"};
        if (again.outcome != Outcome::done) return PoolerVerdict{PoolerKind::unknown, "the first connection was ended: " + again.value};
        if (again.value != process_) {
            return PoolerVerdict{PoolerKind::transaction, "one connection was served by process " + process_ + " first and by " + again.value + " then"};
        }
        return std::nullopt;
    }

    // The first connection waits. A slow server would let a connection that holds a transaction wait, too; if that one is served
    // meanwhile, the first has no server process.
    bool starved() {
        if (held_ == 0) return false;
        return others_.back().ask(kWhichBackend, kPatienceMs).outcome == Outcome::done && first_.answer(0).outcome == Outcome::waiting;
    }

    // The process that a new connection's transaction runs in; nothing if it got none, which proves nothing.
    std::optional<std::string> holdAnother() {
        try {
            others_.emplace_back(options_);
        } catch (const Error&) {
            return std::nullopt;
        }
        const auto answer = others_.back().ask(kHoldBackend, kPatienceMs);
        if (answer.outcome == Outcome::done) {
            ++held_;
            return answer.value;
        }
        // Another class of error (no connection left, shutting down) says nothing about the mode. pgbouncer refuses and hangs up: the
        // refusal may come as an answer, or as last words of a lost connection.
        const bool aboutTransactions = answer.value.find("transaction") != std::string::npos || answer.sqlState.starts_with("0A");
        if (answer.outcome != Outcome::waiting && aboutTransactions) {
            statementMode_ = true;
            refusal_ = answer.value.substr(0, answer.value.find('\n'));
        }
        others_.pop_back();
        return std::nullopt;
    }

    const ConnectOptions& options_;
    PlainConnection first_;
    std::deque<PlainConnection> others_;
    std::string process_;
    std::string refusal_;
    int held_ = 0;
    bool statementMode_ = false;
};

}  // namespace

const char* poolerName(PoolerKind kind) {
    switch (kind) {
    case PoolerKind::direct: return "direct";
    case PoolerKind::session: return "session pooler";
    case PoolerKind::transaction: return "transaction pooler";
    case PoolerKind::statement: return "statement pooler";
    case PoolerKind::unknown: break;
    }
    return "unknown";
}

std::string poolerAdvice(const PoolerVerdict& verdict) {
    const std::string mode = verdict.kind == PoolerKind::statement ? "statement" : "transaction";
    return "the database is behind a connection pooler in " + mode + " mode (" + verdict.evidence +
           "). Latchkey needs sessions of its own: advisory locks, prepared statements and LISTEN belong to a session, and such a pooler gives the "
           "session to somebody else after each " +
           mode + ". Set the pooler to session mode for this database (pgbouncer: pool_mode = session; PgCat: pool_mode = \"session\"), or point `database` at PostgreSQL itself";
}

PoolerVerdict detectPooler(const ConnectOptions& options) { return Detection(options).run(); }

}  // namespace latchkey::pg
