// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/account.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace latchkey::embedded {

/// A program to run as somebody: own session, closed descriptors, default signals, a small fixed environment.
struct Program {
    std::vector<std::string> arguments;  ///< [0] is the absolute path
    std::string directory;               ///< to run in; the account must be able to enter it
    /// Sent to the program when the thread that spawned it ends, so also when this process is killed.
    int parentDeathSignal = 0;
};

/// Starts it with standard output and error on `output` and standard input on `input` (-1: /dev/null). Throws Error if it
/// cannot be started: no such program, or the account may not enter the directory (with the cure).
pid_t spawn(const Program& program, const Account& account, int input, int output);

/// Runs it to its end with `input` on its standard input (at most 4 KiB). Returns what it printed, at most the last 8 KiB.
/// Throws Error, with the end of that, if it does not end with 0. It is killed with us.
std::string runToEnd(const Program& program, const Account& account, const std::string& input = {});

/// A descriptor that becomes readable when the process ends; -1 if there is none.
int openProcess(pid_t pid);

/// "ended with exit code 1", "was killed by signal 9".
std::string describeStatus(int waitStatus);

}  // namespace latchkey::embedded
