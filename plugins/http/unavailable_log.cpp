// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/unavailable_log.h"

#include "kernel/log.h"

#include <utility>

namespace latchkey::http {

namespace {

const log::Logger& logger() {
    static const log::Logger http("http");
    return http;
}

}  // namespace

void UnavailableLog::add(const Request& request, const std::string& route, const std::string& why, std::int64_t nowMs) {
    std::unique_lock lock(mutex_);
    if (quietUntilMs_ != 0) {
        ++untold_;
        why_ = why;
        route_ = route;
        lock.unlock();
        logger().debug("http.unavailable", why, {{"request_id", request.id}, {"route", route}});
        return;
    }
    quietUntilMs_ = nowMs + kIntervalMs;
    lock.unlock();
    logger().warn("http.unavailable", why, {{"request_id", request.id}, {"route", route}});
}

// While there is something to tell the next interval begins; after a silent one the next request is told at once again.
void UnavailableLog::tick(std::int64_t nowMs) {
    std::unique_lock lock(mutex_);
    if (quietUntilMs_ == 0 || nowMs < quietUntilMs_) return;
    quietUntilMs_ = untold_ == 0 ? 0 : nowMs + kIntervalMs;
    tell(lock);
}

void UnavailableLog::flush() {
    std::unique_lock lock(mutex_);
    quietUntilMs_ = 0;
    tell(lock);
}

void UnavailableLog::tell(std::unique_lock<std::mutex>& held) {
    const std::uint64_t more = std::exchange(untold_, 0);
    const std::string why = std::exchange(why_, {});
    const std::string route = std::exchange(route_, {});
    held.unlock();
    if (more > 0) logger().warn("http.unavailable", why, {{"more", more}, {"route", route}});
}

}  // namespace latchkey::http
