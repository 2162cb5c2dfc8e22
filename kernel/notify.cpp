// SPDX-License-Identifier: Apache-2.0
#include "kernel/notify.h"

#include "kernel/deadline.h"
#include "kernel/log.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey {

namespace {

std::string take(const char* name) {
    const char* value = std::getenv(name);
    std::string copy = value == nullptr ? "" : value;
    ::unsetenv(name);
    return copy;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(take("NOTIFY_SOCKET")) {
    const std::string usec = take("WATCHDOG_USEC");
    const std::string pid = take("WATCHDOG_PID");
    if (!usec.empty() && (pid.empty() || pid == std::to_string(::getpid()))) watchdogUs_ = std::atoll(usec.c_str());
}

ServiceManager::~ServiceManager() { stopping(); }

void ServiceManager::send(std::string_view message) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const bool sent = fd >= 0 && ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), length) >= 0;
    if (!sent) log::Logger("kernel").warn("notify.failed", "the service manager could not be told", {{"message", message}, {"error", std::strerror(errno)}});
    if (fd >= 0) ::close(fd);
}

void ServiceManager::mainPid() { send("MAINPID=" + std::to_string(::getpid())); }
void ServiceManager::ready() { send("READY=1"); }

void ServiceManager::reloading() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000));
}

void ServiceManager::stopping() {
    {
        const std::lock_guard lock(mutex_);
        if (stop_) return;
        stop_ = true;
    }
    wake_.notify_all();
    if (watchdog_.joinable()) watchdog_.join();
    send("STOPPING=1");
}

void ServiceManager::startWatchdog() {
    if (watchdogUs_ > 1) watchdog_ = std::thread([this] { beat(); });
}

void ServiceManager::beat() {
    std::unique_lock lock(mutex_);
    while (!stop_) {
        send("WATCHDOG=1");
        wake_.wait_for(lock, std::chrono::microseconds(watchdogUs_ / 2), [this] { return stop_; });
    }
}

}  // namespace latchkey
