// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/deactivation_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_life_repository.h"
#include "kernel/log.h"

namespace latchkey::account {

namespace {

constexpr const char* kAction = "org.matrix.account_deactivate";
const log::Logger kLog("account");

}  // namespace

http::Response DeactivationPage::walk(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    const Form form{.state = needed(visit), .erase = visit.form().get("erase").has_value()};
    if (request.method != "POST") return show(visit, form);
    if (!site_.settings.account.deactivation) throw http::HttpError(403, "Forbidden", "accounts cannot be deleted here");
    return decide(visit, form);
}

// Who has a password is asked for it in any case.
Confirmation::State DeactivationPage::needed(AccountVisit& visit) const {
    const bool password = hasher_.enabled() && site_.store.reading()->passwords().active(visit.user().id);
    return password ? Confirmation::State{.askPassword = true} : confirmation_.state(visit);
}

http::Response DeactivationPage::decide(AccountVisit& visit, Form form) const {
    form.mistyped = visit.field("username") != visit.user().username;
    if (form.mistyped || form.state.askLogin) return show(visit, form);
    if (!form.state.askPassword) return deactivate(visit, nullptr, form);
    PasswordAttempt attempt = verifier_.attemptOf(visit.user(), visit.form().get("password").value_or(""), visit.visit().request().clientIp);
    form.state.rateLimited = attempt.outcome == PasswordAttempt::Outcome::rateLimited;
    form.state.wrong = attempt.outcome == PasswordAttempt::Outcome::mismatch;
    if (attempt.outcome == PasswordAttempt::Outcome::match) return deactivate(visit, &attempt, form);
    recordUnconfirmed(visit, attempt);
    return show(visit, form);
}

// Here at once, with all sessions and tokens; at the homeserver by a job, which is repeated until it is done.
http::Response DeactivationPage::deactivate(AccountVisit& visit, PasswordAttempt* attempt, Form form) const {
    const User user = visit.user();
    const Instant now = currentTime();
    std::int64_t ended = 0;
    {
        const auto work = site_.store.begin();
        form.state.wrong = attempt != nullptr && !verifier_.confirm(*work, *attempt, now);
        if (!form.state.wrong) {
            ended = work->userLives().deactivate(user.id, now);
            enqueueDeactivation(*work, user.id, form.erase, now);
            work->commit();
        }
    }
    if (form.state.wrong) return show(visit, form);
    record(site_, visit.visit().request(), EventKind::userDeactivated, [&](Event& event) {
        event.about(user);
        event.reason = form.erase ? "by_user_with_erasure" : "by_user";
    });
    record(site_, visit.visit().request(), EventKind::sessionEnded, [&](Event& event) {
        event.about(user);
        event.reason = "deactivated";
        event.count = ended;
    });
    kLog.info("account.deactivated", "a person deleted their account", {{"user", user.id.text()}, {"erase", form.erase ? "true" : "false"}});
    visit.visit().logOut();
    return visit.visit().page(200, "account-deactivation-done", View().set("mxid", "@" + user.username + ":" + site_.settings.serverName).set("erased", form.erase));
}

http::Response DeactivationPage::show(AccountVisit& visit, const Form& form) const {
    return visit.page("account-deactivation", view(site_.settings.account.deactivation, visit.user().username, form));
}

View DeactivationPage::view(bool allowed, const std::string& username, const Form& form) {
    return Confirmation::view(form.state, kAction).set("allowed", allowed).set("username", username).set("mistyped", form.mistyped).set("erase", form.erase);
}

std::vector<Sample> DeactivationPage::samples() {
    std::vector<Sample> all{accountSample("account-deactivation", view(false, "alice", {}))};
    for (const auto& state : Confirmation::samples()) all.push_back(accountSample("account-deactivation", view(true, "alice", {.state = state, .mistyped = state.askPassword, .erase = state.wrong})));
    for (const bool erased : {false, true}) all.push_back({"account-deactivation-done", View().set("mxid", "@alice:example.com").set("erased", erased)});
    return all;
}

}  // namespace latchkey::account
