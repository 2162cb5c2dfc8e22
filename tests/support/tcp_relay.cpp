// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tcp_relay.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::test {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int streamSocket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

void noDelay(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool sendAll(int fd, const char* data, ssize_t count) {
    while (count > 0) {
        const ssize_t sent = ::send(fd, data, static_cast<std::size_t>(count), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        count -= sent;
    }
    return true;
}

}  // namespace

TcpRelay::TcpRelay(int targetPort) : targetPort_(targetPort), listener_(streamSocket()) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, plain, length) != 0 || ::listen(listener_, 64) != 0 || ::getsockname(listener_, plain, &length) != 0 || ::pipe(wake_) != 0) {
        throw std::runtime_error("no port for the relay");
    }
    port_ = ntohs(address.sin_port);
    worker_ = std::thread([this] { work(); });
}

TcpRelay::~TcpRelay() {
    ::close(wake_[1]);
    worker_.join();
    for (const Pair& pair : pairs_) {
        ::close(pair.client);
        ::close(pair.server);
    }
    ::close(wake_[0]);
    ::close(listener_);
}

void TcpRelay::work() {
    for (;;) {
        std::vector<pollfd> polled{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
        for (const Pair& pair : pairs_) {
            const bool silent = pair.number <= silenced_;
            polled.push_back({silent ? -1 : pair.client, POLLIN, 0});
            polled.push_back({silent ? -1 : pair.server, POLLIN, 0});
        }
        ::poll(polled.data(), polled.size(), 50);  // silence() is noticed by the way
        if (polled[0].revents != 0) return;
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            if (pairs_[i].number <= silenced_) continue;
            const bool open = (polled[2 + 2 * i].revents == 0 || pass(pairs_[i], true)) && (polled[3 + 2 * i].revents == 0 || pass(pairs_[i], false));
            if (open) continue;
            ::close(pairs_[i].client);
            ::close(pairs_[i].server);
            pairs_[i].client = -1;
        }
        std::erase_if(pairs_, [](const Pair& pair) { return pair.client < 0; });
        if (polled[1].revents != 0) accept();
    }
}

void TcpRelay::accept() {
    Pair pair{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), .server = streamSocket(), .number = accepted_ + 1};
    const sockaddr_in target = loopback(targetPort_);
    if (pair.client < 0 || ::connect(pair.server, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
        ::close(pair.client);
        ::close(pair.server);
        return;
    }
    noDelay(pair.client);
    noDelay(pair.server);
    pairs_.push_back(pair);
    ++accepted_;
}

bool TcpRelay::pass(Pair& pair, bool fromClient) {
    char buffer[16'384];
    const ssize_t count = ::recv(fromClient ? pair.client : pair.server, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    if (fromClient && !pair.clientSpoke) ++roundTrips_;
    pair.clientSpoke = fromClient;
    return sendAll(fromClient ? pair.server : pair.client, buffer, count);
}

}  // namespace latchkey::test
