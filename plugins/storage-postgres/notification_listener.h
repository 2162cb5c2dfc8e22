// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/notifications.h"
#include "plugins/storage-postgres/connect_options.h"

#include <thread>

namespace latchkey::pg {

class Connection;

/// LISTEN on a connection outside of the pool, which is opened again whenever it is lost.
class NotificationListener final : public Subscription {
public:
    NotificationListener(ConnectOptions options, std::vector<std::string> channels, Notifications::Receiver receiver);
    ~NotificationListener() override;

private:
    void run();
    void listenOnce();
    void deliver(Connection& connection);
    bool pause(int milliseconds, int socket = -1);

    const ConnectOptions options_;
    const std::vector<std::string> channels_;
    const Notifications::Receiver receiver_;
    const int stop_;  ///< an eventfd: readable once it is time to end
    std::thread thread_;
};

class PgNotifications final : public Notifications {
public:
    explicit PgNotifications(const ConnectOptions& options) : options_(options) {}
    std::unique_ptr<Subscription> listen(std::vector<std::string> channels, Receiver receiver) override {
        return std::make_unique<NotificationListener>(options_, std::move(channels), std::move(receiver));
    }

private:
    const ConnectOptions options_;
};

}  // namespace latchkey::pg
