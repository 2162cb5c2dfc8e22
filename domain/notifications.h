// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey {

/// What somebody said on a channel of the database.
struct Notification {
    std::string channel;  ///< empty: listening began just now, also after a lost connection; anything may have been missed before
    std::string payload;
};

/// Listens until destroyed, which waits for a call that runs. Not thread-safe.
class LATCHKEY_API Subscription {
public:
    Subscription() = default;
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    virtual ~Subscription();
};

/// Messages between all processes on one database. Best effort: they may be lost, so whoever listens looks by itself now and then, too.
/// Thread-safe.
class LATCHKEY_API Notifications {
public:
    static constexpr const char* kService = "domain.Notifications/1";
    using Receiver = std::function<void(const Notification&)>;
    virtual ~Notifications();
    /// On a connection and a thread of its own, which connects again as often as needed. `receiver` is called on that thread; it must
    /// neither throw nor block. Channels are lower-case names.
    virtual std::unique_ptr<Subscription> listen(std::vector<std::string> channels, Receiver receiver) = 0;
};

}  // namespace latchkey
