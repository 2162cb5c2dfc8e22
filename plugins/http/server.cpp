// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/server.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>

#ifdef __SANITIZE_THREAD__
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}
#endif

namespace latchkey::http {

namespace {

constexpr int kAcceptsPerTurn = 32;
constexpr std::int64_t kComplainMs = 10'000;

const log::Logger& logger() {
    static const log::Logger http("http");
    return http;
}

void tune(int fd, bool isUnix) {
    if (isUnix) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

// epoll_ctl() hands a connection to whichever worker wakes next. ThreadSanitizer has its look at the descriptor, inside that call,
// come after the hand-over, and would take the next worker's close() for a race with it: the look does not count.
int control(int epoll, int operation, int fd, epoll_event& event) {
#ifdef __SANITIZE_THREAD__
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    const int result = ::epoll_ctl(epoll, operation, fd, &event);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    return result;
#else
    return ::epoll_ctl(epoll, operation, fd, &event);
#endif
}

// OpenSSL writes to sockets with write(2): a closed one must be an error, not a signal. Other signals are the main thread's.
void blockSignals() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fault);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

Server::Server(std::vector<std::unique_ptr<Listener>>& listeners, const Timeouts& timeouts, unsigned workers)
    : listeners_(listeners), timeouts_(timeouts), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      workers_(workers, [this] { work(); }) {
    if (!epoll_ || !wake_) throw Error("http: no epoll descriptor: " + std::generic_category().message(errno));
    arm(EPOLL_CTL_ADD, wake_.get(), EPOLLIN, &stopEvent_);
    try {
        workers_.start();
        reaper_ = std::make_unique<Reaper>(table_, timeouts_, [this] {
            for (const auto& listener : listeners_) {
                listener->dispatcher.unavailable().tick(monotonicMs());
                for (const auto& each : listener->acceptors) {
                    if (each->starved.exchange(false) && !draining_) arm(EPOLL_CTL_MOD, each->socket.fd(), EPOLLIN | EPOLLONESHOT, each.get());
                }
            }
        });
        for (const auto& listener : listeners_) {
            for (const auto& each : listener->acceptors) arm(EPOLL_CTL_ADD, each->socket.fd(), EPOLLIN | EPOLLONESHOT, each.get());
        }
    } catch (...) {
        stop();
        throw;
    }
}

Server::~Server() { stop(); }

void Server::arm(int operation, int fd, unsigned events, EventTarget* target) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = target;
    if (control(epoll_.get(), operation, fd, event) != 0) throw Error("http: epoll_ctl: " + std::generic_category().message(errno));
}

void Server::work() noexcept {
    blockSignals();
    WorkerBuffers buffers;
    while (workers_.stay()) {
        epoll_event event{};
        const int count = ::epoll_wait(epoll_.get(), &event, 1, -1);  // one: what else is ready, other workers take
        if (count <= 0) continue;
        auto* target = static_cast<EventTarget*>(event.data.ptr);
        if (target->kind == EventTarget::Kind::stop) return;
        try {
            if (target->kind == EventTarget::Kind::acceptor) accept(*static_cast<Acceptor*>(target));
            else serve(*static_cast<Connection*>(target), buffers);
        } catch (const std::exception& error) {
            logger().error("http.worker", error.what());
        }
    }
}

void Server::serve(Connection& connection, WorkerBuffers& buffers) {
    const int fd = connection.fd();
    auto wants = Connection::Wants::close;
    try {
        wants = connection.serve(buffers);
        if (wants != Connection::Wants::close) connection.park(buffers, wants);
    } catch (const std::exception& error) {  // out of memory, most likely: this connection ends, the server goes on
        logger().error("http.connection_failed", error.what());
        buffers = WorkerBuffers();
        wants = Connection::Wants::close;
    }
    if (wants == Connection::Wants::close) return close(connection);
    const unsigned interest = wants == Connection::Wants::read ? EPOLLIN | EPOLLRDHUP : wants == Connection::Wants::write ? EPOLLOUT : EPOLLIN | EPOLLOUT;
    arm(EPOLL_CTL_MOD, fd, interest | EPOLLONESHOT, &connection);  // from here on it may be another worker's
}

// Taken out of the set first: another worker's epoll_wait may be looking at the socket right now, and would then hold the last
// reference to it, so that the client saw the end only when that worker had something else to do.
void Server::close(Connection& connection) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, connection.fd(), nullptr);
    connection.listener().metrics.open.fetch_sub(1, std::memory_order_relaxed);
    table_.remove(&connection);
}

void Server::accept(Acceptor& acceptor) {
    if (draining_) return;
    try {
        for (int i = 0; i < kAcceptsPerTurn; ++i) {
            if (!acceptOne(acceptor)) break;
        }
    } catch (const std::exception& error) {  // out of memory, most likely: the reaper's next tick arms it again
        acceptor.starved = true;
        logger().error("http.accept_failed", error.what());
    }
    if (!acceptor.starved && !draining_) arm(EPOLL_CTL_MOD, acceptor.socket.fd(), EPOLLIN | EPOLLONESHOT, &acceptor);
}

// False: none is waiting, or none can be had.
bool Server::acceptOne(Acceptor& acceptor) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    Fd fd(::accept4(acceptor.socket.fd(), reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) starve(acceptor, errno);
        return errno == ECONNABORTED || errno == EINTR || errno == EPROTO;
    }
    tune(fd.get(), acceptor.socket.isUnix());
    ListenerMetrics& metrics = acceptor.listener.metrics;
    metrics.accepted.fetch_add(1, std::memory_order_relaxed);
    Peer peer;
    if (!acceptor.socket.isUnix()) peer.ip = IpAddress::of(reinterpret_cast<const sockaddr&>(address));
    auto owned = std::make_unique<Connection>(std::move(fd), peer, acceptor, timeouts_, draining_);
    Connection* connection = owned.get();
    const int number = connection->fd();
    table_.add(std::move(owned));
    metrics.open.fetch_add(1, std::memory_order_relaxed);
    try {
        arm(EPOLL_CTL_ADD, number, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, connection);
    } catch (const std::exception&) {
        close(*connection);  // no event would ever name it
        throw;
    }
    return true;
}

// Out of descriptors: leave the queue alone until the reaper's next tick instead of spinning.
void Server::starve(Acceptor& acceptor, int reason) {
    acceptor.starved = true;
    acceptor.listener.metrics.refused.fetch_add(1, std::memory_order_relaxed);
    const std::int64_t now = monotonicMs();
    std::int64_t last = complainedMs_.load();
    if ((last != 0 && now - last < kComplainMs) || !complainedMs_.compare_exchange_strong(last, now)) return;
    logger().error("http.accept_failed", "cannot accept connections: raise the limit of open files (LimitNOFILE=)",
                   {{"reason", std::generic_category().message(reason)}, {"open", table_.size()}});
}

void Server::drain(const Deadline& deadline) noexcept {
    try {
        draining_ = true;
        for (const auto& listener : listeners_) {
            for (const auto& each : listener->acceptors) {
                arm(EPOLL_CTL_MOD, each->socket.fd(), 0, each.get());
                // Whoever stands in the queue has been told by the kernel that it is connected.
                for (int i = 0; i < 4096 && acceptOne(*each); ++i) {}
                each->socket.refuse();
            }
        }
        reaper_->drain();
        while (table_.size() > 0 && !deadline.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        reaper_->dropAll();
    } catch (const std::exception& error) {
        logger().error("http.drain_failed", error.what());
    }
}

void Server::stop() noexcept {
    draining_ = true;
    if (wake_) {
        const std::uint64_t one = 1;
        (void)!::write(wake_.get(), &one, sizeof one);
    }
    workers_.join();
    reaper_.reset();
    table_.clear();
    for (const auto& listener : listeners_) {
        listener->dispatcher.unavailable().flush();
        listener->metrics.open = 0;
        listener->acceptors.clear();
    }
}

}  // namespace latchkey::http
