// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/inherited.h"

#include "kernel/error.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>

namespace latchkey::http {

namespace {

std::optional<int> number(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    int value = -1;
    const char* end = text + std::strlen(text);
    const auto [last, error] = std::from_chars(text, end, value);
    if (error != std::errc{} || last != end || value < 0) return std::nullopt;
    return value;
}

int option(int fd, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, name, &value, &length) == 0 ? value : -1;
}

}  // namespace

InheritedSockets::InheritedSockets() {
    const char* pid = std::getenv("LISTEN_PID");
    if (pid != nullptr && *pid != '\0' && number("LISTEN_PID") != static_cast<int>(::getpid())) {
        missing_ = "LISTEN_PID names another process";
        return;
    }
    const auto count = number("LISTEN_FDS");
    if (!count || *count == 0) {
        missing_ = "LISTEN_FDS is not set: start the service through its socket unit";
        return;
    }
    first_ = number("LISTEN_FDS_FIRST_FD").value_or(3);
    taken_.resize(static_cast<std::size_t>(std::min(*count, 4096)));
    for (std::size_t i = 0; i < taken_.size(); ++i) ::fcntl(first_ + static_cast<int>(i), F_SETFD, FD_CLOEXEC);
}

InheritedSockets& InheritedSockets::process() {
    static InheritedSockets sockets;
    static const bool cleaned = [] {
        for (const char* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "LISTEN_FDS_FIRST_FD"}) ::unsetenv(name);
        return true;
    }();
    (void)cleaned;
    return sockets;
}

Fd InheritedSockets::take(const InheritedBind& bind, const std::string& where) {
    const std::string what = where + ": inherited socket " + std::to_string(bind.index);
    const std::lock_guard lock(mutex_);
    if (!missing_.empty()) throw Error(what + " is not there: " + missing_);
    if (bind.index >= taken_.size()) throw Error(what + " is not there: LISTEN_FDS is " + std::to_string(taken_.size()) + ", counting begins at 0");
    if (taken_[bind.index]) throw Error(what + " is in use by another bind");
    const int fd = first_ + static_cast<int>(bind.index);
    const int family = option(fd, SO_DOMAIN);
    if (family < 0) throw Error(what + " (descriptor " + std::to_string(fd) + ") is not a socket");
    if ((family == AF_UNIX) != bind.isUnix || (!bind.isUnix && family != AF_INET && family != AF_INET6)) throw Error(what + " is not of the kind `" + (bind.isUnix ? "unix" : "tcp") + "`");
    if (option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) != 1) throw Error(what + " is not a listening stream socket");
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    taken_[bind.index] = true;
    return Fd(fd);
}

}  // namespace latchkey::http
