// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/activity/activity_buffer.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "kernel/log.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <pthread.h>

namespace latchkey::pg {

namespace {

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

}  // namespace

ActivityBuffer::ActivityBuffer(Store& store, ActivityLimits limits) : store_(store), limits_(limits), thread_([this] { run(); }) {}

ActivityBuffer::~ActivityBuffer() { stop(); }

void ActivityBuffer::record(const Activity& activity) noexcept try {
    Entries single{activity};  // copied outside of the lock
    const Lock lock(mutex_);
    insert(single);
    if (due()) woken_.notify_all();
} catch (...) {
    const Lock lock(mutex_);
    ++counted_.dropped;
}

// The newer of two for the same session, with the address of the older one if it has none.
void ActivityBuffer::insert(Entries& single) {
    const Key key{single.front().kind, single.front().sessionId};
    const auto [known, fresh] = index_.try_emplace(key, single.begin());
    if (!fresh) {
        Activity& older = *known->second;
        Activity& newer = single.front();
        if (older.at > newer.at) std::swap(older, newer);
        if (!newer.ip) newer.ip = std::move(older.ip);
        pending_.erase(known->second);
        known->second = single.begin();
    }
    pending_.splice(pending_.end(), single);
    if (pending_.size() <= limits_.most) return;
    index_.erase({pending_.front().kind, pending_.front().sessionId});
    pending_.pop_front();
    ++counted_.dropped;
}

bool ActivityBuffer::due() const { return asked_ || (!holdOff_ && pending_.size() >= limits_.flushAt); }

void ActivityBuffer::run() {
    ::pthread_setname_np(::pthread_self(), "activity");
    Lock lock(mutex_);
    while (!stopping_) {
        woken_.wait_for(lock, std::chrono::milliseconds(limits_.periodMs), [this] { return stopping_ || due(); });
        if (stopping_) return;
        flush(lock);
    }
}

void ActivityBuffer::flush(Lock& lock) noexcept {
    flushing_ = true;
    asked_ = false;
    holdOff_ = false;
    while (!pending_.empty() && !holdOff_ && !stopping_) {
        Entries batch = takeBatch();
        const std::size_t size = batch.size();
        lock.unlock();
        std::string problem;
        try {
            const auto work = store_.begin();
            work->activities().write({batch.begin(), batch.end()});
            work->commit();
        } catch (const std::exception& error) {
            problem = error.what();
        } catch (...) {
            problem = "unknown";
        }
        lock.lock();
        if (problem.empty()) {
            counted_.written += size;
            continue;
        }
        putBack(std::move(batch));
        holdOff_ = true;
        ++counted_.failures;
        logger().warn("db.activity_kept", "could not write when sessions were last used: trying again in a while", {{"error", problem}, {"pending", pending_.size()}});
    }
    flushing_ = false;
    woken_.notify_all();
}

// The longest waiting first.
ActivityBuffer::Entries ActivityBuffer::takeBatch() {
    Entries batch;
    const auto end = std::next(pending_.begin(), static_cast<std::ptrdiff_t>(std::min(limits_.flushAt, pending_.size())));
    batch.splice(batch.end(), pending_, pending_.begin(), end);
    for (const Activity& each : batch) index_.erase({each.kind, each.sessionId});
    return batch;
}

void ActivityBuffer::putBack(Entries batch) {
    Entries meanwhile;
    meanwhile.swap(pending_);
    index_.clear();
    for (Entries* each : {&batch, &meanwhile}) {
        while (!each->empty()) {
            Entries single;
            single.splice(single.end(), *each, each->begin());
            insert(single);
        }
    }
}

void ActivityBuffer::reload() {
    const Lock lock(mutex_);
    asked_ = true;
    woken_.notify_all();
}

void ActivityBuffer::drain(const Deadline& deadline) noexcept {
    Lock lock(mutex_);
    if (pending_.empty() && !flushing_) return;
    asked_ = true;
    woken_.notify_all();
    while ((asked_ || flushing_) && !stopping_ && !deadline.passed()) woken_.wait_for(lock, std::chrono::milliseconds(50));
}

void ActivityBuffer::stop() noexcept {
    {
        const Lock lock(mutex_);
        stopping_ = true;
        woken_.notify_all();
    }
    if (!thread_.joinable()) return;
    thread_.join();
    if (!pending_.empty()) logger().warn("db.activity_lost", "sessions were used and it could not be written when", {{"sessions", pending_.size()}});
}

ActivityBuffer::Stats ActivityBuffer::stats() const {
    const Lock lock(mutex_);
    Stats stats = counted_;
    stats.pending = pending_.size();
    return stats;
}

void ActivityBuffer::collect(MetricsWriter& writer) const {
    const Stats now = stats();
    const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
        writer.metric(name, MetricsWriter::Type::counter, help);
        writer.sample(name, static_cast<double>(value));
    };
    for (const char* name : {"latchkey_activity_pending", "mas_activity_tracker_pending_records"}) {  // the second is MAS's
        writer.metric(name, MetricsWriter::Type::gauge, "Sessions whose last use is not written yet");
        writer.sample(name, static_cast<double>(now.pending));
    }
    counter("latchkey_activity_written_total", "Last uses of sessions written", now.written);
    counter("latchkey_activity_dropped_total", "Last uses of sessions dropped, because too many were pending", now.dropped);
    counter("latchkey_activity_flush_failures_total", "Attempts to write them that failed", now.failures);
}

}  // namespace latchkey::pg
