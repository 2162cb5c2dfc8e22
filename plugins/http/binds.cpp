// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/binds.h"

#include "kernel/error.h"
#include "plugins/http/inherited.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>

namespace latchkey::http {

namespace {

constexpr int kBacklog = 4096;

[[noreturn]] void fail(const BindConfig& bind, const std::string& what, int code) {
    std::string message = bind.where + ": cannot listen on " + what + ": " + std::generic_category().message(code);
    if (code == EADDRINUSE) message += " (another process serves there: stop it, or choose another address)";
    if (code == EACCES) message += " (ports below 1024 need CAP_NET_BIND_SERVICE; a socket's folder must be writable)";
    throw Error(message);
}

// Returns 0 or the errno.
int listenOn(const sockaddr* address, socklen_t length, bool dualStack, Fd& out) {
    Fd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) return errno;
    const int on = 1;
    const int only6 = dualStack ? 0 : 1;
    if (address->sa_family != AF_UNIX) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->sa_family == AF_INET6 && ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only6, sizeof only6) != 0 && dualStack) return errno;
    if (::bind(fd.get(), address, length) != 0 || ::listen(fd.get(), kBacklog) != 0) return errno;
    out = std::move(fd);
    return 0;
}

int listenOnIp(const IpAddress& ip, std::uint16_t port, bool dualStack, Fd& out) {
    if (ip.isV4()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        std::memcpy(&address.sin_addr, ip.bytes.data() + 12, 4);
        return listenOn(reinterpret_cast<const sockaddr*>(&address), sizeof address, false, out);
    }
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    std::memcpy(&address.sin6_addr, ip.bytes.data(), 16);
    return listenOn(reinterpret_cast<const sockaddr*>(&address), sizeof address, dualStack, out);
}

// [::] takes IPv4 too; where IPv6 is switched off, 0.0.0.0.
int listenEverywhere(std::uint16_t port, Fd& out) {
    IpAddress any;
    const int code = listenOnIp(any, port, true, out);
    if (code == 0 || code == EADDRINUSE || code == EACCES) return code;
    return listenOnIp(*IpAddress::parse("0.0.0.0"), port, false, out);
}

// The first of the name's addresses that can be had, as in the reference.
int listenOnName(const BindConfig& bind, const std::string& host, std::uint16_t port, Fd& out) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (failed != 0) throw Error(bind.where + ".host: cannot resolve `" + host + "`: " + ::gai_strerror(failed));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, ::freeaddrinfo);
    int code = EADDRNOTAVAIL;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        const int now = listenOn(each->ai_addr, each->ai_addrlen, false, out);
        if (now == 0) return 0;
        if (code == EADDRNOTAVAIL) code = now;
    }
    return code;
}

sockaddr_un unixAddress(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());  // the length was checked with the configuration
    return address;
}

// True if the file is a socket that nobody serves any more: what a killed server leaves behind.
bool isStale(const sockaddr_un& address) {
    struct stat info {};
    if (::lstat(address.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
    const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
}

int listenOnPath(const std::string& path, Fd& out) {
    const sockaddr_un address = unixAddress(path);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const int code = listenOn(generic, sizeof address, false, out);
    if (code != EADDRINUSE || !isStale(address)) return code;
    ::unlink(address.sun_path);
    return listenOn(generic, sizeof address, false, out);
}

unsigned long inodeOf(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

}  // namespace

BoundSocket::BoundSocket(BoundSocket&& other) noexcept
    : fd_(std::move(other.fd_)), address_(std::move(other.address_)), unlink_(std::exchange(other.unlink_, {})), isUnix_(other.isUnix_), inherited_(other.inherited_), inode_(other.inode_) {}

BoundSocket::~BoundSocket() {
    if (!unlink_.empty() && inodeOf(unlink_) == inode_) ::unlink(unlink_.c_str());
}

void BoundSocket::refuse() noexcept {
    if (!inherited_) ::shutdown(fd_.get(), SHUT_RDWR);
}

void BoundSocket::describe() {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    isUnix_ = storage.ss_family == AF_UNIX;
    if (!isUnix_) address_ = endpointText(reinterpret_cast<const sockaddr&>(storage));
    else if (address_.empty()) address_ = reinterpret_cast<const sockaddr_un&>(storage).sun_path;
}

BoundSocket BoundSocket::open(const BindConfig& bind) {
    BoundSocket bound;
    if (const auto* tcp = std::get_if<TcpBind>(&bind.kind)) {
        const int code = tcp->host ? listenOnName(bind, *tcp->host, tcp->port, bound.fd_) : listenEverywhere(tcp->port, bound.fd_);
        if (code != 0) fail(bind, tcp->host.value_or("port") + (tcp->host ? ":" : " ") + std::to_string(tcp->port), code);
    } else if (const auto* address = std::get_if<AddressBind>(&bind.kind)) {
        const bool any = address->ip == IpAddress{};
        const int code = any ? listenEverywhere(address->port, bound.fd_) : listenOnIp(address->ip, address->port, false, bound.fd_);
        if (code != 0) fail(bind, address->text, code);
    } else if (const auto* local = std::get_if<UnixBind>(&bind.kind)) {
        const int code = listenOnPath(local->path, bound.fd_);
        if (code != 0) fail(bind, local->path, code);
        bound.unlink_ = bound.address_ = local->path;
        bound.inode_ = inodeOf(local->path);
    } else {
        bound.inherited_ = true;
        bound.fd_ = InheritedSockets::process().take(std::get<InheritedBind>(bind.kind), bind.where);
    }
    bound.describe();
    return bound;
}

}  // namespace latchkey::http
