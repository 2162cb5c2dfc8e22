// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace latchkey {

/// The service manager's notification protocol (sd_notify(3)): datagrams to NOTIFY_SOCKET, nothing if that is not set. Failures
/// to send are logged only. Takes the variables out of the environment, so that children do not inherit them.
class ServiceManager {
public:
    ServiceManager();
    ~ServiceManager();

    void mainPid();
    void ready();
    void reloading();
    void stopping();  ///< ends the watchdog's messages, too

    /// Sends WATCHDOG=1 now and then every half of WATCHDOG_USEC, if the manager asked this process for it.
    void startWatchdog();

private:
    void send(std::string_view message) const;
    void beat();

    std::string socket_;
    std::int64_t watchdogUs_ = 0;
    std::thread watchdog_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
};

}  // namespace latchkey
