// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/dynamic_data.h"

#include "kernel/log.h"

#include <chrono>

namespace latchkey::policy {

namespace {

const log::Logger kLog("policy-builtin");

}  // namespace

void DynamicData::load() {
    const std::lock_guard lock(loading_);
    const auto newest = newest_();
    const auto id = newest ? std::optional(newest->id) : std::nullopt;
    if (id == loaded_) return;
    try {
        policy_.setDynamic(newest ? std::optional(newest->data) : std::nullopt);
    } catch (const PolicyDataError& error) {
        throw PolicyDataError("the policy data " + newest->id.text() + " of the database cannot be used: " + error.what());
    }
    if (newest) kLog.info("policy.data", "new policy data is in effect", {{"id", newest->id.text()}});
    loaded_ = id;
}

void DynamicData::refresh() noexcept {
    try {
        load();
    } catch (const std::exception& error) {
        kLog.warn("policy.refresh_failed", "the policy data could not be refreshed; what is in effect stays", {{"reason", error.what()}});
    }
}

void DynamicData::refreshEvery(std::int64_t milliseconds) { thread_ = std::thread(&DynamicData::run, this, milliseconds); }

void DynamicData::run(std::int64_t milliseconds) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return stopping_; })) {
        lock.unlock();
        refresh();
        lock.lock();
    }
}

void DynamicData::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

}  // namespace latchkey::policy
