// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace latchkey::pg {

/// A file in memory, readable by this process only, for secrets that libpq wants as files. Never on a disk, not inherited by
/// children.
class SecretFile {
public:
    /// Throws Error if the system refuses.
    explicit SecretFile(std::string_view content);
    ~SecretFile();
    SecretFile(SecretFile&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    SecretFile& operator=(SecretFile&&) = delete;
    SecretFile(const SecretFile&) = delete;

    std::string path() const;

private:
    int fd_;
};

/// The line of a libpq password file that gives `password` for every host, port, database and user.
std::string passfileLine(std::string_view password);

}  // namespace latchkey::pg
