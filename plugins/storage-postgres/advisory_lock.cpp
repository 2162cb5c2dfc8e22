// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/advisory_lock.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "plugins/storage-postgres/connection.h"

#include <algorithm>
#include <poll.h>

namespace latchkey::pg {

namespace {

// SessionLock undoes them, or taints the connection.
constexpr Query kLock{"advisory.lock", "SELECT pg_advisory_lock($1::bigint)", SessionUse::undone};
constexpr Query kTryLock{"advisory.try_lock", "SELECT pg_try_advisory_lock($1::bigint)", SessionUse::undone};
constexpr Query kUnlock{"advisory.unlock", "SELECT pg_advisory_unlock($1::bigint)"};
constexpr Query kTransactionLock{"advisory.transaction_lock", "SELECT pg_advisory_xact_lock($1::bigint)"};
constexpr Query kTryTransactionLock{"advisory.try_transaction_lock", "SELECT pg_try_advisory_xact_lock($1::bigint)"};

bool yes(Connection& connection, const Query& query, std::int64_t key) {
    return connection.one(query, {key}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

// Outside of a transaction such a lock would end with its own statement, and protect nothing.
void requireTransaction(const Connection& connection) {
    if (!connection.inTransaction() && !connection.beginOwed()) throw StorageError("advisory.transaction_lock: asked for outside of a transaction");
}

template <typename Try>
auto within(Duration patience, Try&& attempt) -> decltype(attempt()) {
    const std::int64_t end = monotonicMs() + patience.us / 1000;
    for (int pause = 5;; pause = std::min(pause * 2, 250)) {
        if (auto got = attempt()) return got;
        const std::int64_t left = end - monotonicMs();
        if (left <= 0) return {};
        ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(pause, left)));
    }
}

}  // namespace

SessionLock SessionLock::acquire(Connection& connection, std::int64_t key) {
    connection.exec(kLock, {key});
    return SessionLock(connection, key);
}

std::optional<SessionLock> SessionLock::tryAcquire(Connection& connection, std::int64_t key) {
    if (!yes(connection, kTryLock, key)) return std::nullopt;
    return SessionLock(connection, key);
}

std::optional<SessionLock> SessionLock::acquireWithin(Connection& connection, std::int64_t key, Duration patience) {
    std::optional<SessionLock> got;
    within(patience, [&] {
        if (yes(connection, kTryLock, key)) got.emplace(SessionLock(connection, key));
        return got.has_value();
    });
    return got;
}

SessionLock::~SessionLock() {
    if (connection_ == nullptr) return;
    try {
        unlock();
    } catch (const std::exception&) {
        // unlock() has tainted the connection: the lock ends with it.
    }
}

void SessionLock::unlock() {
    Connection& connection = *std::exchange(connection_, nullptr);
    bool held = false;
    try {
        held = yes(connection, kUnlock, key_);
    } catch (const std::exception&) {
        connection.taint();
        throw;
    }
    if (held) return;
    connection.taint();
    throw StorageInconsistent("advisory.unlock: the server knows nothing of the lock of this session; is there a pooler in transaction mode?");
}

void lockForTransaction(Connection& connection, std::int64_t key) {
    requireTransaction(connection);
    connection.exec(kTransactionLock, {key});
}

bool tryLockForTransaction(Connection& connection, std::int64_t key) {
    requireTransaction(connection);
    return yes(connection, kTryTransactionLock, key);
}

bool lockForTransactionWithin(Connection& connection, std::int64_t key, Duration patience) {
    requireTransaction(connection);
    return within(patience, [&] { return yes(connection, kTryTransactionLock, key); });
}

}  // namespace latchkey::pg
