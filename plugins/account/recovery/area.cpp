// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/recovery/area.h"

namespace latchkey::account {

void RecoveryArea::mount(http::Routes& routes) {
    const http::RouteOptions form{.bodyLimit = 64 * 1024};
    routes.get("/recover", [this](const http::Request& request) { return start_.get(request); });
    routes.post("/recover", [this](const http::Request& request) { return start_.post(request); }, form);
    routes.get("/recover/progress/{id}", [this](const http::Request& request) { return progress_.get(request); });
    routes.post("/recover/progress/{id}", [this](const http::Request& request) { return progress_.post(request); }, form);
    routes.get(RecoveryPasswordPage::kPath, [this](const http::Request& request) { return password_.get(request); });
    routes.post(RecoveryPasswordPage::kPath, [this](const http::Request& request) { return password_.post(request); }, form);
}

std::vector<Sample> RecoveryArea::samples() {
    std::vector<Sample> all{{"recovery-disabled", View()}};
    for (const auto& each : {RecoveryStartPage::samples(), RecoveryProgressPage::samples(), RecoveryPasswordPage::samples()}) all.insert(all.end(), each.begin(), each.end());
    return all;
}

}  // namespace latchkey::account
