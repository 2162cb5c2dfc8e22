// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/connection.h"

#include <mutex>

namespace latchkey::http {

/// All open connections; owns them. A connection is only ever removed by the worker that it belongs to, so whoever walks
/// the table under its lock may shut sockets down, but frees nothing.
class ConnectionTable {
public:
    ~ConnectionTable() { clear(); }

    void add(std::unique_ptr<Connection> connection) {
        const std::lock_guard lock(mutex_);
        Connection* added = connection.release();
        added->next = first_;
        if (first_ != nullptr) first_->previous = added;
        first_ = added;
        ++size_;
    }

    void remove(Connection* connection) {
        {
            const std::lock_guard lock(mutex_);
            if (connection->previous != nullptr) connection->previous->next = connection->next;
            else first_ = connection->next;
            if (connection->next != nullptr) connection->next->previous = connection->previous;
            --size_;
        }
        delete connection;
    }

    template <typename Visit>
    void forEach(Visit visit) {
        const std::lock_guard lock(mutex_);
        for (Connection* each = first_; each != nullptr; each = each->next) visit(*each);
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return size_;
    }

    /// Only when no worker runs any more.
    void clear() {
        while (first_ != nullptr) remove(first_);
    }

private:
    mutable std::mutex mutex_;
    Connection* first_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace latchkey::http
