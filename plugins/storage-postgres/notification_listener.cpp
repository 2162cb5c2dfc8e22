// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/notification_listener.h"

#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/connection.h"

#include <cerrno>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::pg {

namespace {

constexpr int kRetryMs = 1'000;
constexpr int kCheckMs = 30'000;  // a connection that says nothing for that long is asked whether it is still there

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

int newEvent() {
    const int event = ::eventfd(0, EFD_CLOEXEC);
    if (event < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return event;
}

struct FreeNotify {
    void operator()(PGnotify* notify) const noexcept { PQfreemem(notify); }
};

}  // namespace

NotificationListener::NotificationListener(ConnectOptions options, std::vector<std::string> channels, Notifications::Receiver receiver)
    : options_(std::move(options)), channels_(std::move(channels)), receiver_(std::move(receiver)), stop_(newEvent()), thread_([this] { run(); }) {}

NotificationListener::~NotificationListener() {
    ::eventfd_write(stop_, 1);
    thread_.join();
    ::close(stop_);
}

// True if it is time to end; false after the time, or when the socket has something.
bool NotificationListener::pause(int milliseconds, int socket) {
    pollfd polled[] = {{stop_, POLLIN, 0}, {socket, POLLIN, 0}};
    return ::poll(polled, socket < 0 ? 1 : 2, milliseconds) > 0 && (polled[0].revents & POLLIN) != 0;
}

void NotificationListener::run() {
    ::pthread_setname_np(::pthread_self(), "db-listen");
    while (!pause(0)) {
        try {
            listenOnce();
        } catch (const std::exception& error) {
            logger().debug("db.listen_lost", "not listening just now", {{"reason", error.what()}});
            if (pause(kRetryMs)) return;
        }
    }
}

void NotificationListener::listenOnce() {
    Connection connection(options_);
    std::string script;
    for (const std::string& channel : channels_) script += "LISTEN " + channel + ";";
    connection.script("db.listen", script);
    receiver_({});
    while (!pause(0)) {
        deliver(connection);
        pollfd polled[] = {{stop_, POLLIN, 0}, {PQsocket(connection.raw()), POLLIN, 0}};
        if (::poll(polled, 2, kCheckMs) == 0) connection.ping();
    }
}

void NotificationListener::deliver(Connection& connection) {
    if (PQconsumeInput(connection.raw()) == 0) throw StorageDown("db.listen: the connection is lost");
    while (const std::unique_ptr<PGnotify, FreeNotify> notify{PQnotifies(connection.raw())}) receiver_({notify->relname, notify->extra});
}

}  // namespace latchkey::pg
