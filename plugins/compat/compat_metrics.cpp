// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/compat_metrics.h"

namespace latchkey::compat {

void CompatMetrics::collect(MetricsWriter& writer) const {
    using Type = MetricsWriter::Type;
    const auto value = [](const Counters& counters, std::size_t at) { return static_cast<double>(counters[at].load()); };
    writer.metric("mas_compat_login_request_total", Type::counter, "Log-ins by Matrix's own API");
    writer.sample("mas_compat_login_request_total", value(logins_, 0), {{"type", "m.login.password"}, {"result", "success"}});
    writer.sample("mas_compat_login_request_total", value(logins_, 1), {{"type", "m.login.token"}, {"result", "success"}});
    writer.sample("mas_compat_login_request_total", value(logins_, 2), {{"result", "error"}});
    writer.metric("mas_compat_logout_request_total", Type::counter, "Log-outs by Matrix's own API");
    writer.sample("mas_compat_logout_request_total", value(logouts_, 0), {{"result", "success"}});
    writer.sample("mas_compat_logout_request_total", value(logouts_, 1), {{"result", "error"}});
    writer.metric("mas_compat_logout_all_request_total", Type::counter, "Log-outs of all sessions by Matrix's own API");
    writer.sample("mas_compat_logout_all_request_total", value(logoutAlls_, 0), {{"result", "success"}});
    writer.sample("mas_compat_logout_all_request_total", value(logoutAlls_, 1), {{"result", "error"}});
    writer.sample("mas_compat_logout_all_request_total", value(logoutAlls_, 2), {{"result", "not_supported"}});
}

}  // namespace latchkey::compat
