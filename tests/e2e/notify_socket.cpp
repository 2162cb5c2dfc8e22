// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/notify_socket.h"

#include "tests/support/process.h"

#include <algorithm>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey::e2e {

NotifySocket::NotifySocket(std::string path) : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("no socket " + path_);
}

NotifySocket::~NotifySocket() {
    ::close(fd_);
    ::unlink(path_.c_str());
}

bool NotifySocket::await(const std::string& start, int milliseconds, int times) {
    const std::int64_t end = test::nowMs() + milliseconds;
    for (;;) {
        const auto found = std::count_if(messages_.begin(), messages_.end(), [&](const std::string& each) { return each.starts_with(start); });
        if (found >= times) return true;
        pollfd poll{fd_, POLLIN, 0};
        const std::int64_t left = end - test::nowMs();
        if (left <= 0 || ::poll(&poll, 1, static_cast<int>(left)) <= 0) return false;
        char text[4096];
        const ssize_t count = ::recv(fd_, text, sizeof text, 0);
        if (count > 0) messages_.emplace_back(text, static_cast<std::size_t>(count));
    }
}

int NotifySocket::indexOf(const std::string& start) const {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        if (messages_[i].starts_with(start)) return static_cast<int>(i);
    }
    return -1;
}

}  // namespace latchkey::e2e
