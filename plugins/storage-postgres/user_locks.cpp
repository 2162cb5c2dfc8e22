// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user_locks.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "plugins/storage-postgres/advisory_lock.h"
#include "plugins/storage-postgres/connection.h"

#include <algorithm>
#include <chrono>
#include <poll.h>

namespace latchkey::pg {

namespace {

constexpr Query kTryLock{"user_lock.try", "SELECT pg_try_advisory_lock($1::bigint)", SessionUse::undone};
constexpr Query kUnlock{"user_lock.release", "SELECT pg_advisory_unlock($1::bigint)", SessionUse::undone};

bool yes(Connection& connection, const Query& query, std::int64_t key) {
    return connection.one(query, {key}, [](const Row& row) { return row.boolean(0); }).value_or(false);
}

[[noreturn]] void busy() { throw StorageBusy("user_lock.acquire: somebody else changes this user's devices at the moment"); }

}  // namespace

class PgUserLocks::Held final : public UserLock {
public:
    Held(PgUserLocks& of, std::int64_t key, std::uint64_t connection) : of_(of), key_(key), connection_(connection) {}
    ~Held() override {
        of_.release(key_, connection_);
        of_.endTurn(key_);
    }

private:
    PgUserLocks& of_;
    std::int64_t key_;
    std::uint64_t connection_;
};

PgUserLocks::PgUserLocks(ConnectOptions options) : options_(std::move(options)) {}
PgUserLocks::~PgUserLocks() = default;

std::unique_ptr<UserLock> PgUserLocks::acquire(const Ulid& userId, Duration patience) {
    const std::int64_t key = deviceSyncLockKey(userId), until = monotonicMs() + patience.us / 1000;
    if (!takeTurn(key, until)) busy();
    try {
        // Asked again and again instead of waited for: the connection serves other users meanwhile.
        for (int pause = 5;; pause = std::min(pause * 2, 250)) {
            if (const std::uint64_t connection = attempt(key)) return std::make_unique<Held>(*this, key, connection);
            const std::int64_t left = until - monotonicMs();
            if (left <= 0) busy();
            ::poll(nullptr, 0, static_cast<int>(std::min<std::int64_t>(pause, left)));
        }
    } catch (...) {
        endTurn(key);
        throw;
    }
}

bool PgUserLocks::takeTurn(std::int64_t key, std::int64_t until) {
    std::unique_lock lock(turns_);
    const auto patience = std::chrono::milliseconds(std::max<std::int64_t>(0, until - monotonicMs()));
    if (!turnEnded_.wait_for(lock, patience, [&] { return !taken_.contains(key); })) return false;
    taken_.insert(key);
    return true;
}

void PgUserLocks::endTurn(std::int64_t key) noexcept {
    {
        const std::lock_guard lock(turns_);
        taken_.erase(key);
    }
    turnEnded_.notify_all();
}

// A connection that was lost while nobody looked is found out by its next statement only.
std::uint64_t PgUserLocks::attempt(std::int64_t key) {
    const std::lock_guard lock(using_);
    const bool used = connection_ != nullptr;
    try {
        return attemptOnce(key);
    } catch (const StorageDown&) {
        if (!used) throw;
        return attemptOnce(key);
    }
}

std::uint64_t PgUserLocks::attemptOnce(std::int64_t key) {
    if (!connection_) {
        connection_ = std::make_unique<Connection>(options_);
        ++number_;
    }
    try {
        return yes(*connection_, kTryLock, key) ? number_ : 0;
    } catch (...) {
        connection_.reset();  // nobody knows whether it holds the lock now
        throw;
    }
}

void PgUserLocks::release(std::int64_t key, std::uint64_t connection) noexcept {
    const std::lock_guard lock(using_);
    if (!connection_ || number_ != connection) return;
    try {
        yes(*connection_, kUnlock, key);
    } catch (const std::exception&) {
        connection_.reset();  // ends the lock as well
    }
}

void PgUserLocks::close() noexcept {
    const std::lock_guard lock(using_);
    connection_.reset();
}

}  // namespace latchkey::pg
