// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/pool.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/connect_state.h"

#include <algorithm>
#include <chrono>

namespace latchkey::pg {

namespace {

constexpr std::int64_t kPingMs = 5'000;
constexpr std::int64_t kShortestStepMs = 1'000;  // even at the end of the time: what takes less tells nothing
constexpr std::int64_t kSlowAcquireMs = 2'000;

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

}  // namespace

Lease::~Lease() {
    if (pool_ != nullptr && pooled_.connection) pool_->release(std::move(pooled_));
}

Pool::Pool(const ConnectOptions& options, const PoolLimits& limits) : options_(options), limits_(limits) {
    counted_.limit = limits.maxConnections;
    housekeeper_ = std::thread([this] { keepHouse(); });
}

Pool::~Pool() { close(); }

void Pool::open() {
    std::vector<Lease> opened;
    const std::size_t wanted = std::max<std::size_t>(limits_.minConnections, 1);
    while (opened.size() < wanted) opened.push_back(acquire());
}

void Pool::close() noexcept {
    std::deque<Pooled> idle;
    {
        const Lock lock(mutex_);
        closing_ = true;
        failWaiters();
        idle.swap(idle_);
        total_ -= idle.size();
        housework_.notify_all();
    }
    if (housekeeper_.joinable()) housekeeper_.join();
}

Lease Pool::acquire() {
    const std::int64_t begin = monotonicMs();
    Pooled pooled = take(begin + limits_.acquireTimeout * 1000);
    const std::int64_t took = monotonicMs() - begin;
    if (took >= kSlowAcquireMs) logger().warn("db.slow_acquire", "waited long for a database connection", {{"ms", took}, {"max_connections", limits_.maxConnections}});
    const Lock lock(mutex_);
    ++counted_.acquired;
    counted_.waitedMicroseconds += static_cast<std::uint64_t>(took) * 1000;
    return Lease(*this, std::move(pooled));
}

// An idle connection, or a new one, or the next that comes back; whoever came before goes first.
Pooled Pool::take(std::int64_t deadlineMs) {
    Lock lock(mutex_);
    for (bool again = false;; again = true) {
        if (closing_) throw StorageDown("the database connections are being closed: the server stops");
        Pooled pooled;
        const bool ownTurn = waiters_.empty() || again;
        if (ownTurn && !idle_.empty()) {
            pooled = std::move(idle_.back());
            idle_.pop_back();
        } else if (ownTurn && mayConnect()) {
            ++total_;
        } else {
            refuseIfHopeless();
            pooled = wait(lock, deadlineMs, again);
        }
        lock.unlock();
        if (pooled.connection && fit(pooled, deadlineMs)) return pooled;
        if (pooled.connection) options_.state->proven = false;  // perhaps the server went away: look with libpq first
        pooled = {};  // a broken one is closed here, outside of the lock; its place is ours
        if (auto opened = connect(deadlineMs, false)) return std::move(*opened);
        lock.lock();
    }
}

bool Pool::mayConnect() const { return total_ < limits_.maxConnections && !outage_.present(); }

// While connections are on loan one of them may come back; otherwise nothing is worth waiting for.
void Pool::refuseIfHopeless() const {
    if (outage_.present() && total_ == 0) outage_.raise(monotonicMs());
}

void Pool::raiseBusy() const {
    const std::string state = std::to_string(total_ - idle_.size()) + " of " + std::to_string(limits_.maxConnections) + " in use, " +
                              std::to_string(waiters_.size()) + " others waiting";
    const std::string cause = outage_.present() ? "; no new one can be opened: " + outage_.why() : "; raise database.max_connections, or look for slow statements";
    throw StorageBusy("no database connection came free within " + std::to_string(limits_.acquireTimeout) + " s (" + state + ")" + cause);
}

// Returns a connection, or none with permission to open one.
Pooled Pool::wait(Lock& lock, std::int64_t deadlineMs, bool first) {
    Waiter self;
    const auto place = waiters_.insert(first ? waiters_.begin() : waiters_.end(), &self);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max<std::int64_t>(deadlineMs - monotonicMs(), 0));
    self.woken.wait_until(lock, until, [&] { return self.given != Waiter::Given::nothing; });
    if (self.given == Waiter::Given::nothing) {
        waiters_.erase(place);
        ++counted_.timedOut;
        raiseBusy();
    }
    if (self.given == Waiter::Given::failure) {
        if (outage_.present()) outage_.raise(monotonicMs());
        throw StorageDown("the database connections are being closed: the server stops");
    }
    return std::move(self.pooled);
}

// Uses up a place that was counted in total_ before. Nothing: it failed, but others are on loan, so waiting is worth while.
std::optional<Pooled> Pool::connect(std::int64_t deadlineMs, bool lastResort) {
    ConnectOptions options = options_;
    const std::int64_t left = (deadlineMs - monotonicMs() + 999) / 1000;
    options.connectTimeout = static_cast<int>(std::clamp<std::int64_t>(left, 1, options_.connectTimeout));
    try {
        Pooled pooled{std::make_unique<Connection>(options), 0, 0};
        if (limits_.maxLifetime) {
            const std::int64_t life = *limits_.maxLifetime * 1000;
            pooled.expiresAtMs = monotonicMs() + life - randomBelow(life / 10);
        }
        Lock lock(mutex_);
        ++counted_.connects;
        const std::int64_t lasted = outage_.over(monotonicMs());
        if (lasted >= 0) logger().info("db.back", "the database is back", {{"away_ms", lasted}});
        while (lasted >= 0 && !waiters_.empty() && total_ < limits_.maxConnections) {
            ++total_;
            freeSlot(lock);
        }
        return pooled;
    } catch (const Unavailable& error) {
        const Lock lock(mutex_);
        --total_;
        ++counted_.connectFailures;
        if (!outage_.present()) logger().error("db.away", error.what());
        outage_.failed(monotonicMs(), error.what(), dynamic_cast<const StorageBusy*>(&error) != nullptr);
        housework_.notify_all();
        if (total_ == 0) failWaiters();
        if (total_ == 0 || lastResort) throw;
        return std::nullopt;
    } catch (...) {
        Lock lock(mutex_);
        ++counted_.connectFailures;
        freeSlot(lock);
        throw;
    }
}

// Whether an idle connection, or one just given back, may be used. After a while, or if the server said something, it is asked.
bool Pool::fit(Pooled& pooled, std::int64_t deadlineMs) const {
    Connection& connection = *pooled.connection;
    const std::int64_t now = monotonicMs();
    if (!connection.usable() || (pooled.expiresAtMs != 0 && now >= pooled.expiresAtMs)) return false;
    const bool rested = pooled.idleSinceMs != 0 && now - pooled.idleSinceMs >= limits_.pingAfterMs;
    if (!rested && connection.quiet()) return true;
    try {
        connection.ping(std::clamp(deadlineMs - now, kShortestStepMs, kPingMs));
        return connection.usable() && !connection.inTransaction();
    } catch (const Error&) {
        return false;
    }
}

void Pool::release(Pooled pooled) noexcept {
    Connection& connection = *pooled.connection;
    connection.rollback();  // nothing to send unless a transaction is open
    const std::int64_t now = monotonicMs();
    const bool keep = connection.usable() && !connection.tainted() && !connection.inTransaction() && (pooled.expiresAtMs == 0 || now < pooled.expiresAtMs);
    if (!connection.usable()) options_.state->proven = false;
    if (!keep) pooled.connection.reset();
    pooled.idleSinceMs = now;
    Lock lock(mutex_);
    if (keep && !closing_) return handOver(lock, std::move(pooled));
    ++counted_.discarded;
    freeSlot(lock);
    lock.unlock();  // what is left to close is closed outside
}

void Pool::handOver(Lock&, Pooled pooled) {
    if (waiters_.empty()) {
        idle_.push_back(std::move(pooled));
        return;
    }
    Waiter* const next = waiters_.front();
    waiters_.pop_front();
    next->pooled = std::move(pooled);
    next->given = Waiter::Given::connection;
    next->woken.notify_one();
}

// A place counted in total_ is not needed any more: the next in line may open a connection there.
void Pool::freeSlot(Lock&) noexcept {
    if (waiters_.empty() || outage_.present() || closing_) {
        --total_;
        if (total_ == 0 && outage_.present()) failWaiters();
        return;
    }
    Waiter* const next = waiters_.front();
    waiters_.pop_front();
    next->given = Waiter::Given::slot;
    next->woken.notify_one();
}

void Pool::failWaiters() {
    for (Waiter* waiter : waiters_) {
        waiter->given = Waiter::Given::failure;
        waiter->woken.notify_one();
    }
    waiters_.clear();
}

Pool::Stats Pool::stats() const {
    const Lock lock(mutex_);
    Stats now = counted_;
    now.open = total_;
    now.idle = idle_.size();
    now.waiting = waiters_.size();
    now.away = outage_.present();
    return now;
}

}  // namespace latchkey::pg
