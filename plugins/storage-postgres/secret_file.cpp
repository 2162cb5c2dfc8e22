// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/secret_file.h"

#include "kernel/error.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::pg {

namespace {

bool writeAll(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

SecretFile::SecretFile(std::string_view content) : fd_(::memfd_create("latchkey-secret", MFD_CLOEXEC)) {
    // libpq ignores password files and refuses keys that others may read.
    if (fd_ >= 0 && ::fchmod(fd_, 0600) == 0 && writeAll(fd_, content)) return;
    const std::string why = std::strerror(errno);
    if (fd_ >= 0) ::close(fd_);
    throw Error("cannot keep the database's secrets in a file in memory: " + why);
}

SecretFile::~SecretFile() {
    if (fd_ >= 0) ::close(fd_);
}

std::string SecretFile::path() const { return "/proc/self/fd/" + std::to_string(fd_); }

std::string passfileLine(std::string_view password) {
    std::string line = "*:*:*:*:";
    for (const char c : password) {
        if (c == ':' || c == '\\') line += '\\';
        line += c;
    }
    return line += '\n';
}

}  // namespace latchkey::pg
