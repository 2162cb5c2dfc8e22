// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/cross_signing_reset.h"

#include "kernel/log.h"
#include "plugins/account/post_auth_action.h"
#include "plugins/account/record.h"

namespace latchkey::account {

namespace {

const log::Logger kLog("account");

}  // namespace

http::Response CrossSigningResetPage::walk(const http::Request& request, bool posted) {
    if (homeserver_ == nullptr || !homeserver_->capabilities().crossSigningReset) throw http::HttpError(404, "Not Found", "the homeserver cannot do that");
    Visit visit(site_, request);
    const auto form = posted ? std::optional(visit.form()) : std::nullopt;
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    const BrowserSession* session = visit.session();
    if (session == nullptr) {
        const PostAuthAction next{PostAuthAction::Kind::manageAccount, {}, kAction, {}};
        return visit.redirect(next.appendedTo("/login"));
    }
    visit.withForm();
    if (!form) return visit.page(200, "cross-signing-reset", view(site_.settings, session->user.username, false));
    if (form->get("action") != "reset") return visit.page(200, "cross-signing-reset-done", View().set("allowed", false));
    if (!allow(session->user)) return visit.page(503, "cross-signing-reset", view(site_.settings, session->user.username, true));
    record(site_, request, EventKind::crossSigningResetAllowed, [&](Event& event) { event.about(session->user); });
    return visit.page(200, "cross-signing-reset-done", View().set("allowed", true));
}

bool CrossSigningResetPage::allow(const User& user) const {
    try {
        homeserver_->allowCrossSigningReset(user.username, {});
    } catch (const HomeserverError& error) {
        kLog.warn("account.reset_failed", "the homeserver did not allow a reset of cross-signing keys", {{"user", user.id.text()}, {"error", error.what()}});
        return false;
    }
    kLog.info("account.reset_allowed", "a reset of cross-signing keys was allowed", {{"user", user.id.text()}});
    return true;
}

View CrossSigningResetPage::view(const Settings& settings, const std::string& username, bool failed) {
    return View()
        .set("action", settings.local(kPath))
        .set("mxid", "@" + username + ":" + settings.serverName)
        .set("failed", failed);
}

std::vector<Sample> CrossSigningResetPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    return {{"cross-signing-reset", view(settings, "alice", false).set("csrf", "sample")},
            {"cross-signing-reset", view(settings, "alice", true).set("csrf", "sample")},
            {"cross-signing-reset-done", View().set("allowed", true)},
            {"cross-signing-reset-done", View().set("allowed", false)}};
}

}  // namespace latchkey::account
