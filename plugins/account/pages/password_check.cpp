// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/password_check.h"

#include "plugins/account/live_check.h"

#include <algorithm>

namespace latchkey::account {

http::Response PasswordCheck::post(const http::Request& request) {
    Visit visit(site_, request);
    if (!hasher_.enabled()) throw http::HttpError(404, "Not Found", "passwords are switched off");
    const http::Parameters form = visit.form();
    if (auto refusal = tooManyChecks(limiter_, request)) return std::move(*refusal);
    const std::string_view password = form.get("password").value_or("");
    const int score = hasher_.strength(password);
    const bool enough = hasher_.complexEnough(password);
    const std::string key = enough ? "strength-" + std::to_string(std::max(score, 2)) : "password-weak";
    return liveVerdict("password", enough ? "true" : "false", visit.text("register-errors." + key), ",\"score\":" + std::to_string(score));
}

}  // namespace latchkey::account
