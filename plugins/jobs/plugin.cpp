// SPDX-License-Identifier: Apache-2.0
#include "domain/event_sink.h"
#include "domain/homeserver.h"
#include "domain/notifications.h"
#include "domain/store.h"
#include "domain/user_locks.h"
#include "kernel/command.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/jobs/cleanup_handlers.h"
#include "plugins/jobs/expiry_handlers.h"
#include "plugins/jobs/user_handlers.h"
#include "plugins/jobs/worker.h"

#include <optional>

namespace latchkey::jobs {

namespace {
const log::Logger kLog("jobs");
}

/// Runs the queue: in `server`, unless that is told not to, and in `worker`. It starts when everything else has, so that it finds
/// the handlers of all plugins.
class JobsPlugin final : public Plugin, private ReadyListener {
public:
    void declare(Declarations& declarations) override { declarations.serverOption({.name = "no-worker", .help = "run no jobs in this process"}); }
    void amend(Amendment& amendment) override { off_ = amendment.serverArguments().has("no-worker"); }
    void configure(const config::Section& root) override {
        expiry_ = ExpiryConfig::parse(root);
        unusedClients_ = UnusedClientsConfig::parse(root);
    }

    void start(Services& services) override {
        if (off_) return;
        services_ = &services;
        store_ = &services.need<Store>();
        services.offer<MetricsSource>(statistics_);
        services.offer<ReadyListener>(*this);
    }
    void drain(const Deadline& deadline) noexcept override {
        if (worker_) worker_->drain(deadline);
    }
    void stop() noexcept override { worker_.reset(); }

private:
    void ready() noexcept override try {
        addOwn();
        Handlers handlers;
        for (const auto& each : own_) handlers.emplace(each->queue(), each.get());
        for (JobHandler* each : services_->all<JobHandler>()) handlers.insert_or_assign(std::string(each->queue()), each);
        worker_.emplace(*store_, services_->find<Notifications>(), std::move(handlers), statistics_);
    } catch (const std::exception& error) {
        services_->need<ProcessControl>().fail(std::string("the worker of jobs cannot start: ") + error.what());
    }

    void addOwn() {
        auto* events = services_->find<Events>();
        add(cleanupHandlers(*store_, unusedClients_));
        add(expiryHandlers(*store_, expiry_, events));
        auto* homeserver = services_->find<Homeserver>();
        auto* locks = services_->find<UserLocks>();
        if (homeserver != nullptr && locks != nullptr) add(userHandlers(*store_, *homeserver, *locks, events));
        else kLog.warn("jobs.no_homeserver", std::string("jobs about users and devices stay in the queue: no plugin offers ") + (homeserver == nullptr ? "a homeserver" : "locks of users"));
    }
    void add(std::vector<std::unique_ptr<JobHandler>> handlers) {
        for (auto& each : handlers) own_.push_back(std::move(each));
    }

    bool off_ = false;
    ExpiryConfig expiry_;
    UnusedClientsConfig unusedClients_;
    Services* services_ = nullptr;
    Store* store_ = nullptr;
    Statistics statistics_;
    std::vector<std::unique_ptr<JobHandler>> own_;
    std::optional<Worker> worker_;
};

}  // namespace latchkey::jobs

LATCHKEY_PLUGIN(latchkey::jobs::JobsPlugin, "jobs", latchkey::kVersion, "Runs the queue of jobs and the clean-ups of the schedule")
