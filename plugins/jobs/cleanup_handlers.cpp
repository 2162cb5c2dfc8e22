// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/cleanup_handlers.h"

#include "domain/clock.h"
#include "domain/queue/cleanup_repository.h"
#include "domain/store.h"
#include "kernel/config/section.h"
#include "kernel/log.h"
#include "plugins/jobs/schedules.h"

namespace latchkey::jobs {

namespace {

constexpr int kBatch = 1000;
const log::Logger kLog("jobs");

/// Goes on, a batch at a time, until nothing is left.
class Cleanup : public JobHandler {
public:
    Cleanup(std::string name, Store& store) : name_(std::move(name)), store_(store) {}
    std::string_view queue() const override { return name_; }
    Duration softLimit() const override {
        if (name_ == "prune-stale-policy-data") return {};
        return Duration::seconds(name_ == "cleanup-expired-oauth-access-tokens" ? 60 : 600);
    }

    // What is left when it is cancelled waits for the next time.
    JobOutcome run(std::string_view, const JobContext& context) override {
        std::int64_t total = 0;
        for (std::int64_t batch = kBatch; batch == kBatch && !context.cancelled(); total += batch) {
            const auto work = store_.begin();
            batch = clean(work->cleanup());
            work->commit();
        }
        if (total > 0) kLog.info("jobs.cleaned", "removed what is over", {{"queue", name_}, {"rows", total}});
        return JobOutcome::done();
    }

private:
    virtual std::int64_t clean(CleanupRepository& rows) const { return rows.clean(name_, currentTime(), kBatch); }

    const std::string name_;
    Store& store_;
};

class UnusedClients final : public Cleanup {
public:
    UnusedClients(Store& store, const UnusedClientsConfig& config) : Cleanup(kUnusedClients, store), config_(config) {}

private:
    std::int64_t clean(CleanupRepository& rows) const override {
        return config_.keep ? rows.removeUnusedClients(currentTime() - *config_.keep, kBatch) : 0;
    }

    const UnusedClientsConfig config_;
};

class Retired final : public JobHandler {
public:
    Retired(std::string name, JobOutcome outcome) : name_(std::move(name)), outcome_(std::move(outcome)) {}
    std::string_view queue() const override { return name_; }
    JobOutcome run(std::string_view, const JobContext& context) override {
        kLog.warn("jobs.retired_queue", "a job of a queue that older versions used", {{"queue", name_}, {"job", context.id().text()}});
        return outcome_;
    }

private:
    const std::string name_;
    const JobOutcome outcome_;
};

}  // namespace

UnusedClientsConfig UnusedClientsConfig::parse(const config::Section& root) {
    const std::int64_t days = root.section("oauth").integer("unused_clients_days", 90, 0, 3650);
    return {days == 0 ? std::nullopt : std::optional(Duration::seconds(days * 86'400))};
}

std::vector<std::unique_ptr<JobHandler>> cleanupHandlers(Store& store, const UnusedClientsConfig& unused) {
    std::vector<std::unique_ptr<JobHandler>> handlers;
    for (const std::string& name : scheduleNames()) {
        if (name != "expire-inactive-sessions" && name != kUnusedClients) handlers.push_back(std::make_unique<Cleanup>(name, store));
    }
    handlers.push_back(std::make_unique<UnusedClients>(store, unused));
    handlers.push_back(std::make_unique<Retired>("verify-email", JobOutcome::failed("addresses are verified by codes now, and this queue has none")));
    handlers.push_back(std::make_unique<Retired>("cleanup-expired-tokens", JobOutcome::done()));
    return handlers;
}

}  // namespace latchkey::jobs
