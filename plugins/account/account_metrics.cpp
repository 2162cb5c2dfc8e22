// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/account_metrics.h"

#include <string_view>

namespace latchkey::account {

namespace {

constexpr std::array<std::string_view, 3> kResults = {"success", "error", "mismatch"};

}  // namespace

void AccountMetrics::collect(MetricsWriter& writer) const {
    using Type = MetricsWriter::Type;
    writer.metric("mas_user_password_login_attempt_total", Type::counter, "Log-ins with a password, in a browser");
    for (std::size_t i = 0; i < kResults.size(); ++i) {
        writer.sample("mas_user_password_login_attempt_total", static_cast<double>(passwordLogins_[i].load()), {{"result", kResults[i]}});
    }
    writer.metric("mas_user_password_registration_total", Type::counter, "People who registered with a password");
    writer.sample("mas_user_password_registration_total", static_cast<double>(passwordRegistrations_.load()));
}

}  // namespace latchkey::account
