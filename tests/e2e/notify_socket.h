// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace latchkey::e2e {

/// What systemd is to a service: a datagram socket that collects the messages.
class NotifySocket {
public:
    explicit NotifySocket(std::string path);
    ~NotifySocket();
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    const std::string& path() const { return path_; }
    /// Waits until as many messages as `times` begin with `start`.
    bool await(const std::string& start, int milliseconds, int times = 1);
    const std::vector<std::string>& messages() const { return messages_; }
    /// The place of the first message that begins so; -1 if there is none.
    int indexOf(const std::string& start) const;

private:
    std::string path_;
    int fd_;
    std::vector<std::string> messages_;
};

}  // namespace latchkey::e2e
