// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::sendmail {

struct Ended {
    int exitCode = -1;      ///< -1: it was ended by a signal, or by us
    bool timedOut = false;
    std::string errors;     ///< what it wrote to standard error; at most 512 bytes
};

/// Runs a program (searched in PATH unless it has a slash) with this standard input, and waits for its end. Past the time it is
/// killed. Throws MailError (temporary) if it cannot be started.
Ended runProgram(const std::vector<std::string>& arguments, const std::string& input, std::int64_t timeoutMs);

}  // namespace latchkey::sendmail
