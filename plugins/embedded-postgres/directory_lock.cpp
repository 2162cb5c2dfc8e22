// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/directory_lock.h"

#include "kernel/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace latchkey::embedded {

namespace {

int openLock(const std::string& file, int flags) { return ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600); }

// As root in somebody's directory: that user must be able to use it later.
void giveToDirectoryOwner(int fd, const std::string& file) {
    struct stat parent {};
    if (::geteuid() != 0 || ::stat(std::filesystem::path(file).parent_path().c_str(), &parent) != 0) return;
    if (::fchown(fd, parent.st_uid, parent.st_gid) != 0) throw Error(file + ": cannot be given to the directory's owner: " + std::strerror(errno));
}

}  // namespace

std::optional<DirectoryLock> DirectoryLock::tryTake(const std::string& file) {
    const int fd = openLock(file, O_CREAT);
    if (fd < 0) throw Error(file + ": cannot be opened: " + std::strerror(errno));
    DirectoryLock lock(fd);
    giveToDirectoryOwner(fd, file);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) throw Error(file + ": cannot be locked: " + std::strerror(errno));
    return std::nullopt;
}

std::optional<Holder> DirectoryLock::holder(const std::string& file) {
    const int fd = openLock(file, 0);
    if (fd < 0) return std::nullopt;
    const DirectoryLock closing(fd);
    if (::flock(fd, LOCK_SH | LOCK_NB) == 0) return std::nullopt;
    char text[1024];
    const ssize_t count = ::pread(fd, text, sizeof text, 0);
    if (count <= 0) return std::nullopt;
    std::istringstream lines(std::string(text, static_cast<std::size_t>(count)));
    Holder holder;
    std::string role;
    if (!(lines >> holder.pid >> role) || !std::getline(lines >> std::ws, holder.socketDirectory)) return std::nullopt;
    holder.role = role == "server" ? Holder::Role::server : Holder::Role::command;
    return holder;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

DirectoryLock::~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);
}

void DirectoryLock::announce(Holder::Role role, const std::string& socketDirectory) const {
    const std::string text = std::to_string(::getpid()) + "\n" + (role == Holder::Role::server ? "server" : "command") + "\n" + socketDirectory + "\n";
    // A disk that is full is no reason not to start: the text only serves messages.
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, text.data(), text.size(), 0) < 0) return;
}

}  // namespace latchkey::embedded
