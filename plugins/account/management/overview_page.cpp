// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/overview_page.h"

#include "domain/oauth2/authorization_request.h"
#include "domain/store.h"
#include "plugins/account/management/session_view.h"
#include "plugins/account/pages/cross_signing_reset.h"

#include <algorithm>

namespace latchkey::account {

namespace {

constexpr const char* kSessions = "/account/sessions";
constexpr std::size_t kLongestHint = 255;

struct Action {
    std::string_view name;
    const char* path;   ///< nullptr: the session that stands for `device_id`
};
// MSC4191, with the names it had before. What is unknown leads to the start page: clients may send newer ones.
constexpr Action kActions[] = {
    {"org.matrix.devices_list", kSessions}, {"devices_list", kSessions}, {"org.matrix.sessions_list", kSessions}, {"sessions_list", kSessions},
    {"org.matrix.device_view", nullptr}, {"device_view", nullptr}, {"org.matrix.session_view", nullptr}, {"session_view", nullptr},
    {"org.matrix.device_delete", nullptr}, {"device_delete", nullptr}, {"org.matrix.session_end", nullptr}, {"session_end", nullptr},
    {"org.matrix.profile", "/account/profile"}, {"profile", "/account/profile"},
    {"org.matrix.account_deactivate", "/account/deactivate"}, {"account_deactivate", "/account/deactivate"},
    {"latchkey.emails", "/account/emails"}, {"latchkey.applications", "/account/applications"}, {"latchkey.tokens", "/account/tokens"},
    {"latchkey.language", "/account/language"},
    {CrossSigningResetPage::kAction, CrossSigningResetPage::kPath}, {"cross_signing_reset", CrossSigningResetPage::kPath},
};

PostAuthAction comingBack(const http::Parameters& query) {
    PostAuthAction next{PostAuthAction::Kind::manageAccount, {}, {}, {}};
    if (const auto action = query.get("action")) next.action = std::string(action->substr(0, 255));
    if (const auto device = query.get("device_id")) next.deviceId = std::string(device->substr(0, 255));
    return next;
}

}  // namespace

http::Response OverviewPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    const PostAuthAction next = comingBack(visit.query());
    if (auto elsewhere = visit.visit().fallback()) return std::move(*elsewhere);
    if (visit.visit().session() == nullptr) {
        const auto hint = visit.query().get("org.matrix.msc4198.login_hint");
        const std::string login = next.appendedTo("/login");
        return visit.redirect(hint ? login + "&" + formEncode({{"login_hint", std::string(hint->substr(0, kLongestHint))}}) : login);
    }
    const auto asked = std::ranges::find(kActions, std::string_view(next.action.value_or("")), &Action::name);
    if (asked != std::end(kActions)) return visit.redirect(asked->path != nullptr ? asked->path : pathOfDevice(visit, next.deviceId.value_or("")));
    const std::int64_t sessions = site_.store.reading()->accountSessions().count(visit.user().id);
    return visit.page("account", view({sessions, crossSigningReset_, site_.settings.account.deactivation}));
}

std::string OverviewPage::pathOfDevice(AccountVisit& visit, std::string_view deviceId) const {
    if (deviceId.empty()) return kSessions;
    const auto found = site_.store.reading()->accountSessions().findDevice(visit.user().id, deviceId);
    return found ? sessionPath(found->kind, found->id) : std::string(kSessions) + "?done=not_found";
}

View OverviewPage::view(const Facts& facts) {
    return View().set("sessions", std::to_string(facts.sessions)).set("cross_signing_reset", facts.crossSigningReset).set("deactivation", facts.deactivation);
}

std::vector<Sample> OverviewPage::samples() {
    return {accountSample("account", view({.sessions = 3})), accountSample("account", view({.sessions = 1, .crossSigningReset = false, .deactivation = false}))};
}

}  // namespace latchkey::account
