// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy_data.h"
#include "plugins/policy-builtin/builtin_policy.h"

#include <condition_variable>
#include <functional>
#include <thread>

namespace latchkey::policy {

/// Brings the newest data from the database to the policy: once with load(), then in a thread of its own, so that a slow
/// database delays nobody. What cannot be read or understood is logged, and the policy keeps what it had.
class DynamicData {
public:
    using Newest = std::function<std::optional<PolicyData>()>;

    DynamicData(Newest newest, BuiltinPolicy& policy) : newest_(std::move(newest)), policy_(policy) {}
    ~DynamicData() { stop(); }
    DynamicData(const DynamicData&) = delete;
    DynamicData& operator=(const DynamicData&) = delete;

    /// Throws what `newest` throws, and PolicyDataError with the version's id.
    void load();
    void refreshEvery(std::int64_t milliseconds);
    /// load() without a throw.
    void refresh() noexcept;
    void stop() noexcept;

private:
    void run(std::int64_t milliseconds);

    const Newest newest_;
    BuiltinPolicy& policy_;
    std::mutex loading_;
    std::optional<Ulid> loaded_;  // guarded by loading_
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace latchkey::policy
