// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/account.h"
#include "plugins/embedded-postgres/binaries.h"
#include "plugins/embedded-postgres/data_directory.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace latchkey::embedded {

inline constexpr const char* kRole = "latchkey";      ///< owns the database; no superuser
inline constexpr const char* kDatabase = "latchkey";

/// Makes the cluster if there is none: initdb and the role and database of the service, in a directory of its own that gets its
/// name last, so a cluster that has its name is complete. Removes what an interrupted attempt left. Only with the lock held.
/// Throws Error; then nothing new is left.
void createIfAbsent(const Paths& paths, const Account& account, const Binaries& binaries);

/// Who may connect: on the socket, the operating system's users that run the service, as told by the kernel (peer); nobody by
/// network. Written anew at each start, since the owner may change. Only with the lock held.
void writeAccessRules(const Paths& paths, const Account& account);

/// What PostgreSQL wrote about itself into postmaster.pid.
struct RunningPostmaster {
    pid_t pid = 0;
    bool ready = false;  ///< accepts connections
};
/// The postmaster that runs on this cluster now: its process exists and works in `pgdata`.
std::optional<RunningPostmaster> findPostmaster(const std::string& pgdata);

/// Ends a postmaster whose server is dead, waits for the sessions of one that was killed, and removes the files that mark a
/// running one. Only with the lock held. Throws Error if anything of it does not end.
void endOrphan(const Paths& paths, const std::string& socketDirectory);

/// The command line of the postmaster.
std::vector<std::string> postmasterArguments(const Paths& paths, const Binaries& binaries, const std::string& socketDirectory);

}  // namespace latchkey::embedded
