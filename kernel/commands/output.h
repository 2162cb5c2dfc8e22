// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>

namespace latchkey {

/// Writes a command's result to a file, readable by its owner only since it may hold secrets, or to standard output.
inline void writeResult(const std::string& text, const std::optional<std::string>& file) {
    const int fd = file ? ::open(file->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : STDOUT_FILENO;
    std::size_t written = 0;
    while (fd >= 0 && written < text.size()) {
        const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    const int reason = errno;
    if (file && fd >= 0) ::close(fd);
    if (fd < 0 || written < text.size()) throw Error("cannot write " + file.value_or("to standard output") + ": " + std::generic_category().message(reason));
}

}  // namespace latchkey
