// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/config.h"
#include "plugins/http/socket_fd.h"

#include <mutex>
#include <vector>

namespace latchkey::http {

/// Sockets handed over by the service manager (sd_listen_fds(3)): LISTEN_FDS of them, from descriptor 3 on, or from
/// LISTEN_FDS_FIRST_FD; meant for us if LISTEN_PID is ours, empty or unset.
class InheritedSockets {
public:
    /// Reads the environment.
    InheritedSockets();
    /// Those of this process, read at the first call, which also takes the variables out of the environment: children must
    /// not believe that the sockets are theirs.
    static InheritedSockets& process();

    /// Hands out one, once. Throws Error naming `where` if it is not there, taken, or not a listening socket of that kind.
    Fd take(const InheritedBind& bind, const std::string& where);

private:
    std::mutex mutex_;
    int first_ = 3;
    std::vector<bool> taken_;
    std::string missing_;  // why there is none
};

}  // namespace latchkey::http
