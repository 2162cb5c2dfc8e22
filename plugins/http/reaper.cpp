// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/reaper.h"

#include "kernel/deadline.h"

#include <algorithm>
#include <chrono>
#include <sys/socket.h>

namespace latchkey::http {

namespace {

constexpr std::int64_t kTickMs = 250;
constexpr std::int64_t kDrainTickMs = 20;

}  // namespace

Reaper::Reaper(ConnectionTable& table, const Timeouts& timeouts, std::function<void()> tick)
    : table_(table), timeouts_(timeouts), tick_(std::move(tick)), thread_([this] { run(); }) {}

Reaper::~Reaper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Reaper::drain() {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    changed_.notify_one();
}

void Reaper::dropAll() {
    const std::lock_guard lock(mutex_);
    draining_ = dropping_ = true;
    changed_.notify_one();
}

void Reaper::run() noexcept {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const bool draining = draining_, dropping = dropping_;
        lock.unlock();
        const std::int64_t now = monotonicMs();
        table_.forEach([&](Connection& each) { reap(each, now, draining, dropping); });
        tick_();
        lock.lock();
        if (stopping_ || draining != draining_ || dropping != dropping_) continue;
        changed_.wait_for(lock, std::chrono::milliseconds(draining_ ? kDrainTickMs : std::min(kTickMs, timeouts_.openingMs)));
    }
}

void Reaper::reap(Connection& connection, std::int64_t now, bool draining, bool dropping) const {
    std::int64_t deadline = connection.watch.deadlineMs.load(std::memory_order_relaxed);
    const std::int64_t idleSince = connection.watch.idleSinceMs.load(std::memory_order_relaxed);
    if (dropping) {
        ::shutdown(connection.fd(), SHUT_RDWR);
        return;
    }
    if (deadline == Connection::Watch::kBusy || deadline == Connection::Watch::kReaped) return;
    const bool idle = idleSince != 0;
    const bool passed = now >= deadline || (draining && idle && now >= idleSince + timeouts_.drainIdleMs);
    if (!passed || !connection.watch.deadlineMs.compare_exchange_strong(deadline, Connection::Watch::kReaped)) return;
    if (!idle) connection.listener().metrics.timeouts.fetch_add(1, std::memory_order_relaxed);
    ::shutdown(connection.fd(), SHUT_RDWR);
}

}  // namespace latchkey::http
