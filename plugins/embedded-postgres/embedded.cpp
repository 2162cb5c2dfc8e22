// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/embedded.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/signals.h"
#include "plugins/embedded-postgres/cluster.h"

#include <csignal>
#include <poll.h>

namespace latchkey::embedded {

namespace {

const log::Logger kLog("embedded-postgres");
constexpr std::int64_t kCommandWaitMs = 30'000;  // for another command to end, or for a server to come up
constexpr int kLookEveryMs = 50;

std::string currentSocketDirectory(const Paths& paths) {
    const auto holder = DirectoryLock::holder(paths.lock());
    return holder ? holder->socketDirectory : socketDirectory(paths);
}

}  // namespace

Embedded::Embedded(Config config)
    : config_(std::move(config)), paths_{config_.dataDir}, account_(accountFor(paths_.root)), socketDirectory_(currentSocketDirectory(paths_)) {}

void Embedded::start() {
    prepareRoot(paths_, account_);
    const Binaries binaries = findBinaries(config_.binDir, clusterMajor(paths_.pgdata()), paths_.root);
    check_.emplace(paths_, binaries, account_.name);
    if (takeLock()) {
        try {
            startOwn();
        } catch (...) {
            stop();
            throw;
        }
    } else {
        waitForOther();
    }
}

// False: a server holds the directory and we are a command. Another command's PostgreSQL ends with it, so that one is waited for.
bool Embedded::takeLock() {
    const Deadline deadline(kCommandWaitMs);
    for (;;) {
        lock_ = DirectoryLock::tryTake(paths_.lock());
        if (lock_) return true;
        const auto holder = DirectoryLock::holder(paths_.lock());
        if (holder && holder->role == Holder::Role::server) {
            if (role() == Holder::Role::server) refuse(*holder);
            return false;
        }
        if (holder && deadline.passed()) refuse(*holder);
        if (deadline.passed() || stopRequested()) throw Error(paths_.root + ": another process holds this directory: end it, then try again");
        ::poll(nullptr, 0, kLookEveryMs);
    }
}

void Embedded::refuse(const Holder& holder) const {
    throw Error("the process " + std::to_string(holder.pid) + (holder.role == Holder::Role::server ? " already serves" : " (another mas-cli) is working") + " with the database in " +
                paths_.root + ": stop it first (kill " + std::to_string(holder.pid) + "), or choose another directory with --embedded=DIR");
}

void Embedded::waitForOther() const {
    const Deadline deadline(kCommandWaitMs);
    for (;;) {
        const auto running = findPostmaster(paths_.pgdata());
        if (running && running->ready) return;
        if (deadline.passed()) throw Error(paths_.root + ": a server holds this directory, but its PostgreSQL does not come up: look at that server's log");
        ::poll(nullptr, 0, kLookEveryMs);
    }
}

void Embedded::startOwn() {
    socketDirectory_ = embedded::socketDirectory(paths_);
    lock_->announce(role(), socketDirectory_);
    const Binaries binaries = findBinaries(config_.binDir, clusterMajor(paths_.pgdata()), paths_.root);
    createIfAbsent(paths_, account_, binaries);
    endOrphan(paths_, socketDirectory_);
    preparePrivate(socketDirectory_, account_);
    if (socketDirectory_ != paths_.run()) {
        kLog.warn("embedded.long_path", "the data directory's path is too long for a socket, which is put elsewhere", {{"directory", socketDirectory_}});
    }
    writeAccessRules(paths_, account_);
    postmaster_.emplace(Program{postmasterArguments(paths_, binaries, socketDirectory_), paths_.pgdata(), SIGINT}, account_, paths_.pgdata());
    postmaster_->start();
}

void Embedded::claimForServer() {
    if (lock_) return lock_->announce(Holder::Role::server, socketDirectory_);
    const auto holder = DirectoryLock::holder(paths_.lock());
    if (holder) refuse(*holder);
    throw Error(paths_.root + ": the server that held this directory has just ended: start again");
}

void Embedded::stop() noexcept {
    postmaster_.reset();
    lock_.reset();
}

}  // namespace latchkey::embedded
