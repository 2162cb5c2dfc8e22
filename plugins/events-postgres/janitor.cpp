// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-postgres/janitor.h"

#include "domain/clock.h"
#include "kernel/log.h"

#include <chrono>
#include <pthread.h>

namespace latchkey::events_postgres {

namespace {

const log::Logger kLog("events");

}  // namespace

Janitor::Janitor(EventArchive& archive, Duration retention, std::int64_t periodMs)
    : archive_(archive), retention_(retention), periodMs_(periodMs), thread_([this] { run(); }) {}

Janitor::~Janitor() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

bool Janitor::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Janitor::run() {
    ::pthread_setname_np(::pthread_self(), "events-clean");
    while (!stopping()) {
        clean();
        std::unique_lock lock(mutex_);
        woken_.wait_for(lock, std::chrono::milliseconds(periodMs_), [this] { return stopping_; });
    }
}

void Janitor::clean() noexcept try {
    std::int64_t removed = 0;
    for (std::int64_t step = kStep; step >= kStep && !stopping();) {
        step = archive_.prune(currentTime() - retention_, kStep);
        removed += step;
    }
    if (removed > 0) kLog.info("events.cleaned", "removed events that were older than events.postgres.retention", {{"events", removed}});
} catch (const std::exception& error) {
    kLog.warn("events.clean_failed", "old events could not be removed; tried again in an hour", {{"error", error.what()}});
}

}  // namespace latchkey::events_postgres
