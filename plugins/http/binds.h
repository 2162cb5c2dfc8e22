// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/config.h"
#include "plugins/http/socket_fd.h"

#include <string>

namespace latchkey::http {

/// A socket that listens (non-blocking, close-on-exec). Removes the file of a UNIX socket that it made.
class BoundSocket {
public:
    /// Throws Error that names the setting, the address and the system's reason.
    static BoundSocket open(const BindConfig& bind);
    BoundSocket(BoundSocket&& other) noexcept;
    BoundSocket& operator=(BoundSocket&&) = delete;
    ~BoundSocket();

    int fd() const noexcept { return fd_.get(); }
    /// "127.0.0.1:8080" with the real port, or the path of a UNIX socket.
    const std::string& address() const noexcept { return address_; }
    bool isUnix() const noexcept { return isUnix_; }
    /// From now on the system refuses whoever wants to connect, who may then try elsewhere. One that was inherited goes on taking
    /// them: whoever holds it has another process serve them.
    void refuse() noexcept;

private:
    BoundSocket() = default;
    void describe();

    Fd fd_;
    std::string address_;
    std::string unlink_;
    bool isUnix_ = false;
    bool inherited_ = false;
    unsigned long inode_ = 0;  // of unlink_, so that another server's socket of that name is left alone
};

}  // namespace latchkey::http
