// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/config.h"
#include "plugins/embedded-postgres/directory_lock.h"
#include "plugins/embedded-postgres/doctor.h"
#include "plugins/embedded-postgres/postmaster.h"

#include <optional>
#include <string>

namespace latchkey::embedded {

/// One data directory, used by this process: either its PostgreSQL is ours, or (for a command, while a server runs) another's.
/// Everything that ran stops with the object.
class Embedded {
public:
    /// Looks only. Throws Error if no account can run PostgreSQL.
    explicit Embedded(Config config);

    const Paths& paths() const { return paths_; }
    const Account& account() const { return account_; }
    /// Where the socket is or will be: a running server's, or else where we shall put it.
    const std::string& socketDirectory() const { return socketDirectory_; }

    /// Starts PostgreSQL, after making the cluster if there is none. Where a server already runs on this directory, uses that
    /// server's, unless we are to be a server ourselves. Throws Error.
    void start();
    /// Says that this process serves. Throws Error if another server runs on this directory.
    void claimForServer();
    void stop() noexcept;

    /// How often our PostgreSQL had to be started again.
    int restarts() const noexcept { return postmaster_ ? postmaster_->restarts() : 0; }
    DoctorCheck& doctorCheck() { return *check_; }

private:
    bool takeLock();
    void waitForOther() const;
    void startOwn();
    [[noreturn]] void refuse(const Holder& holder) const;
    Holder::Role role() const { return config_.byOption ? Holder::Role::server : Holder::Role::command; }

    const Config config_;
    const Paths paths_;
    const Account account_;
    std::string socketDirectory_;
    std::optional<DirectoryLock> lock_;
    std::optional<Postmaster> postmaster_;  // after the lock: stops before the lock is given up
    std::optional<EmbeddedCheck> check_;
};

}  // namespace latchkey::embedded
