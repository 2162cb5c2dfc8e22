// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/server_app.h"
#include "kernel/signals.h"
#include "kernel/version.h"

#include <atomic>
#include <csignal>
#include <malloc.h>
#include <thread>

namespace latchkey {

namespace {

// Requests that run get this long to finish after the first TERM; a second one ends the wait at once.
constexpr std::int64_t kDrainMs = 60'000;

/// Runs until a signal comes.
class ServingCommand : public Command {
public:
    explicit ServingCommand(ServerApp& app) : app_(app) {}
    Needs needs() const override { return Needs::base; }

protected:
    int runGroups(const Arguments& arguments, Services& services, std::initializer_list<PluginGroup> groups) {
        const std::int64_t begin = monotonicMs();
        ServiceManager& manager = app_.serviceManager();
        manager.mainPid();
        services.offer<ProcessControl>(signals_);
        for (StartupTask* task : services.all<StartupTask>()) {
            if (stopRequested()) return 0;
            task->run(arguments);
        }
        for (const PluginGroup group : groups) app_.plugins().start(group);
        app_.plugins().freeze();
        manager.ready();
        manager.startWatchdog();
        log_.info("server.ready", "serving", {{"version", kVersion}, {"startup_ms", monotonicMs() - begin}});
        for (ReadyListener* each : services.all<ReadyListener>()) each->ready();
        ::malloc_trim(0);  // what reading the configuration and starting needed, and nobody will again
        serve(services, manager);
        return signals_.failed() ? 1 : 0;
    }

private:
    void serve(Services& services, ServiceManager& manager) {
        while (signals_.wait() == Signals::Event::reload) {
            manager.reloading();
            reload(services);
            manager.ready();
        }
        log_.info("server.stopping", "stopping: running requests may finish", {{"deadline_ms", kDrainMs}});
        manager.stopping();
        drain();
        log_.info("server.stopped", "stopped");
    }

    void reload(Services& services) {
        app_.configureLogging();
        for (Reloadable* each : services.all<Reloadable>()) {
            try {
                each->reload();
            } catch (const std::exception& error) {
                log_.error("server.reload_failed", error.what());
            }
        }
        log_.info("server.reloaded", "reloaded");
    }

    void drain() {
        Deadline deadline(kDrainMs);
        // Waits for a second TERM meanwhile; ended by a TERM of our own to that thread once the drain is over.
        std::atomic<bool> over{false};
        std::thread second([&] {
            while (!over) {
                if (signals_.wait() != Signals::Event::stop || over) continue;
                log_.warn("server.hard_stop", "asked to stop a second time: not waiting for running requests");
                deadline.expireNow();
            }
        });
        app_.plugins().drain(deadline);
        if (deadline.passed()) log_.warn("server.drain_incomplete", "not everything had finished by the deadline");
        app_.plugins().stop();
        over = true;
        ::pthread_kill(second.native_handle(), SIGTERM);
        second.join();
    }

protected:
    ServerApp& app_;

private:
    Signals signals_;
    log::Logger log_{"kernel"};
};

class ServerCommand final : public ServingCommand {
public:
    using ServingCommand::ServingCommand;
    std::string path() const override { return "server"; }
    std::string summary() const override { return "Run the service (this is what happens without a command, too)"; }
    int run(const Arguments& arguments, Services& services) override { return runGroups(arguments, services, {PluginGroup::work, PluginGroup::serve}); }
};

/// The tasks of the start are told what an administrator would tell `server` to leave the database as it is.
class WorkerCommand final : public ServingCommand {
public:
    using ServingCommand::ServingCommand;
    std::string path() const override { return "worker"; }
    std::string summary() const override { return "Run jobs only: no HTTP, no migration, no synchronisation"; }
    int run(const Arguments&, Services& services) override {
        if (!app_.plugins().has(PluginGroup::work)) throw Error("there is nothing to run: no plugin of the group `work` is loaded; add `jobs` to plugins.enabled");
        Arguments leaving;
        for (const char* option : {"no-migrate", "no-sync"}) leaving.set(option, "");
        return runGroups(leaving, services, {PluginGroup::work});
    }
};

}  // namespace

std::unique_ptr<Command> serverCommand(ServerApp& app) { return std::make_unique<ServerCommand>(app); }
std::unique_ptr<Command> workerCommand(ServerApp& app) { return std::make_unique<WorkerCommand>(app); }

}  // namespace latchkey
