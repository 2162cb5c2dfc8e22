// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/outgoing-http/scripted_server.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::outgoing::test {

ScriptedServer::ScriptedServer(Script script, const std::string& address, int port) : script_(std::move(script)) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) throw std::runtime_error("bad address");
    listener_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool bound = ::bind(listener_, found->ai_addr, found->ai_addrlen) == 0 && ::listen(listener_, 128) == 0;
    ::freeaddrinfo(found);
    if (!bound) throw std::runtime_error("cannot listen");
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &length);
    port_ = ntohs(own.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(own).sin_port : reinterpret_cast<sockaddr_in6&>(own).sin6_port);
    accepting_ = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& each : serving_) each.join();
}

void ScriptedServer::accept() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ++connections_;
        const std::lock_guard lock(mutex_);
        open_.push_back(fd);
        serving_.emplace_back([this, fd] { serve(fd); });
    }
}

void ScriptedServer::serve(int fd) {
    std::string buffer;
    char chunk[16384];
    for (bool going = true; going;) {
        std::size_t end = buffer.find("\r\n\r\n");
        std::size_t size = std::string::npos;
        if (end != std::string::npos) {
            const std::size_t at = buffer.find("Content-Length: ");
            size = end + 4 + (at < end ? static_cast<std::size_t>(std::atoi(buffer.c_str() + at + 16)) : 0);
        }
        if (size != std::string::npos && buffer.size() >= size) {
            const std::string request = buffer.substr(0, size);
            buffer.erase(0, size);
            {
                const std::lock_guard lock(mutex_);
                lastRequest_ = request;
            }
            ++requests_;
            going = script_(*this, fd, request);
            continue;
        }
        const auto got = ::recv(fd, chunk, sizeof chunk, 0);
        if (got <= 0) break;
        buffer.append(chunk, static_cast<std::size_t>(got));
    }
    const std::lock_guard lock(mutex_);
    open_.erase(std::find(open_.begin(), open_.end(), fd));
    ::close(fd);
}

bool ScriptedServer::send(int fd, const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto count = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

std::string ScriptedServer::lastRequest() const {
    const std::lock_guard lock(mutex_);
    return lastRequest_;
}

ScriptedServer::Script ScriptedServer::answer(std::string bytes) {
    return [bytes = std::move(bytes)](ScriptedServer& server, int fd, const std::string&) { return server.send(fd, bytes); };
}

std::string ScriptedServer::ok(const std::string& body, const std::string& headers) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string ScriptedServer::redirect(const std::string& location, int status) {
    return "HTTP/1.1 " + std::to_string(status) + " Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

}  // namespace latchkey::outgoing::test
