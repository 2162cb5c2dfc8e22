// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/cross_signing_reset.h"

#include "kernel/log.h"

namespace latchkey::account {

namespace {

const log::Logger kLog("account");

http::Response done(AccountVisit& visit, bool allowed) {
    return visit.visit().withForm().page(200, "cross-signing-reset-done", View().set("allowed", allowed));
}

}  // namespace

http::Response CrossSigningResetPage::walk(const http::Request& request) {
    if (homeserver_ == nullptr || !homeserver_->capabilities().crossSigningReset) throw http::HttpError(404, "Not Found", "the homeserver cannot do that");
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    if (request.method != "POST") return show(visit, confirmation_.state(visit), false);
    if (visit.form().get("action") != "reset") return done(visit, false);
    const auto state = confirmation_.check(visit);
    if (!state.confirmed()) return show(visit, state, false);
    if (!allow(visit.user())) return show(visit, state, true);
    record(visit, EventKind::crossSigningResetAllowed, [](Event&) {});
    return done(visit, true);
}

http::Response CrossSigningResetPage::show(AccountVisit& visit, const Confirmation::State& state, bool failed) const {
    return visit.visit().withForm().page(failed ? 503 : 200, "cross-signing-reset", view(site_.settings, visit.user().username, state, failed));
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

View CrossSigningResetPage::view(const Settings& settings, const std::string& username, const Confirmation::State& state, bool failed) {
    return Confirmation::view(state, kAction)
        .set("action", settings.local(kPath))
        .set("mxid", "@" + username + ":" + settings.serverName)
        .set("failed", failed);
}

std::vector<Sample> CrossSigningResetPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    std::vector<Sample> all{{"cross-signing-reset", view(settings, "alice", {}, true).set("csrf", "sample")},
                            {"cross-signing-reset-done", View().set("allowed", true)},
                            {"cross-signing-reset-done", View().set("allowed", false)}};
    for (const auto& state : Confirmation::samples()) all.push_back({"cross-signing-reset", view(settings, "alice", state, false).set("csrf", "sample")});
    return all;
}

}  // namespace latchkey::account
