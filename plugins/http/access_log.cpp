// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/access_log.h"

#include "kernel/log.h"

namespace latchkey::http {

void logRequest(const Request& request, std::string_view method, int status, std::size_t bytes, std::uint64_t durationUs) {
    static const log::Logger logger("http");
    const log::Level level = status >= 500 && status != 503 ? log::Level::warn : log::Level::info;
    if (!logger.enabled(level)) return;
    const std::string_view target = request.target;
    const std::string_view path = target.substr(0, target.find('?'));
    logger.write(level, "http.request", "answered",
                 {{"method", method},
                  {"path", path.substr(0, 500)},
                  {"status", status},
                  {"bytes", bytes},
                  {"duration_ms", static_cast<double>(durationUs) / 1000},
                  {"client", request.clientIp ? std::string_view(*request.clientIp) : std::string_view("unknown")},
                  {"request_id", request.id},
                  {"listener", request.connection == nullptr ? std::string_view() : std::string_view(request.connection->listener)}});
}

}  // namespace latchkey::http
