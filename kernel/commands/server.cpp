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
#include <thread>

namespace latchkey {

namespace {

// Requests that run get this long to finish after the first TERM; a second one ends the wait at once.
constexpr std::int64_t kDrainMs = 60'000;

class ServerCommand final : public Command {
public:
    explicit ServerCommand(ServerApp& app) : app_(app) {}

    std::string path() const override { return "server"; }
    std::string summary() const override { return "Run the service (this is what happens without a command, too)"; }
    Needs needs() const override { return Needs::base; }

    int run(const Arguments& arguments, Services& services) override {
        const std::int64_t begin = monotonicMs();
        ServiceManager& manager = app_.serviceManager();
        manager.mainPid();
        services.offer<ProcessControl>(signals_);
        for (StartupTask* task : services.all<StartupTask>()) {
            if (stopRequested()) return 0;
            task->run(arguments);
        }
        app_.plugins().start(PluginGroup::serve);
        app_.plugins().freeze();
        manager.ready();
        manager.startWatchdog();
        log_.info("server.ready", "serving", {{"version", kVersion}, {"startup_ms", monotonicMs() - begin}});
        for (ReadyListener* each : services.all<ReadyListener>()) each->ready();
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

    ServerApp& app_;
    Signals signals_;
    log::Logger log_{"kernel"};
};

}  // namespace

std::unique_ptr<Command> serverCommand(ServerApp& app) { return std::make_unique<ServerCommand>(app); }

}  // namespace latchkey
