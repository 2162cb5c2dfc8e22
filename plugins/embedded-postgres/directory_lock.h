// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

namespace latchkey::embedded {

/// Who holds a data directory; kept in the lock file for those who find it taken.
struct Holder {
    enum class Role { command, server };
    pid_t pid = 0;
    Role role = Role::command;
    std::string socketDirectory;
};

/// The exclusive right to run PostgreSQL in a data directory: a lock of the operating system's, so it ends with the process,
/// however that ends.
class DirectoryLock {
public:
    /// Nothing if another process holds it. Throws Error if the file cannot be opened.
    static std::optional<DirectoryLock> tryTake(const std::string& file);
    /// Who holds it now; nothing if nobody does (or says so yet).
    static std::optional<Holder> holder(const std::string& file);

    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;
    ~DirectoryLock();

    /// Tells others who we are.
    void announce(Holder::Role role, const std::string& socketDirectory) const;

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace latchkey::embedded
