// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/recovery/password_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/account/record.h"

namespace latchkey::account {

namespace {

const log::Logger kLog("account");

}  // namespace

http::Response RecoveryPasswordPage::get(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.passwordRecovery) return visit.page(200, "recovery-disabled", View());
    const auto query = request.query();
    const std::string ticket(query ? query->get("ticket").value_or("") : "");
    const RecoveryLink link = lookUpRecovery(*site_.store.reading(), ticket, currentTime());
    return link.state == RecoveryState::valid ? show(visit, ticket, *link.user, {}) : refuse(visit, link);
}

http::Response RecoveryPasswordPage::post(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.passwordRecovery) return visit.page(200, "recovery-disabled", View());
    const http::Parameters posted = visit.form();
    const std::string ticket(posted.get("ticket").value_or(""));
    const RecoveryLink link = lookUpRecovery(*site_.store.reading(), ticket, currentTime());
    if (link.state != RecoveryState::valid) return refuse(visit, link);
    const Form form = judge(visit, posted);
    if (form.failed()) return show(visit, ticket, *link.user, form);
    return setPassword(visit, ticket, posted.get("password").value_or(""), form.endSessions);
}

RecoveryPasswordPage::Form RecoveryPasswordPage::judge(const Visit& visit, const http::Parameters& posted) const {
    const std::string_view password = posted.get("password").value_or(""), confirmation = posted.get("password_confirm").value_or("");
    Form form{.endSessions = posted.get("end_sessions").has_value()};
    if (password.empty()) form.passwordError = visit.text("recovery-errors.missing");
    else if (!hasher_.complexEnough(password)) {
        form.passwordError = visit.text("recovery-errors.weak");
        form.strength = std::to_string(hasher_.strength(password));
    }
    if (confirmation != password) form.confirmationError = visit.text("recovery-errors.mismatch");
    return form;
}

// Hashing takes long, so that what was found before it counts for nothing: the link is looked up again where it is used.
http::Response RecoveryPasswordPage::setPassword(Visit& visit, const std::string& ticket, std::string_view password, bool endSessions) {
    const PasswordHasher::Hash hash = hasher_.hash(password);
    const BrowserSession* session = visit.session();
    RecoveryLink link;
    {
        const auto work = site_.store.begin();
        link = recoverPassword(*work, ticket, hash, endSessions, currentTime());
        work->commit();
    }
    if (link.state != RecoveryState::valid) return refuse(visit, link);
    record(site_, visit.request(), EventKind::recoveryUsed, [&](Event& event) {
        event.about(*link.user);
        if (endSessions) event.reason = "sessions_ended";
    });
    if (endSessions && session != nullptr && session->user.id == link.user->id) visit.logOut();
    kLog.info("account.password_recovered", "a password was set by a mailed link", {{"user", link.user->id.text()}, {"sessions_ended", endSessions}});
    const std::string login = site_.settings.local("/login");
    return visit.page(200, "recovery-done", View().set("login_url", login).set("sessions_ended", endSessions));
}

http::Response RecoveryPasswordPage::show(Visit& visit, const std::string& ticket, const User& user, const Form& form) const {
    return visit.withLiveCheck().page(200, "recovery-password", view(site_.settings, ticket, user, form));
}

http::Response RecoveryPasswordPage::refuse(Visit& visit, const RecoveryLink& link) const {
    switch (link.state) {
    case RecoveryState::locked:
    case RecoveryState::deactivated: return visit.accountPage(*link.user);
    case RecoveryState::used: return visit.page(200, "recovery-used", View());
    default: return visit.withForm().page(200, "recovery-expired", expiredView(site_.settings, link));
    }
}

View RecoveryPasswordPage::view(const Settings& settings, const std::string& ticket, const User& user, const Form& form) {
    const auto text = [](const std::string& error) { return error.empty() ? std::nullopt : std::optional(error); };
    return View()
        .set("action", settings.local(kPath))
        .set("ticket", ticket)
        .set("mxid", "@" + user.username + ":" + settings.serverName)
        .set("username", user.username)
        .set("password_error", text(form.passwordError))
        .set("strength", form.strength)
        .set("confirmation_error", text(form.confirmationError))
        .set("failed", form.failed())
        .set("end_sessions", form.endSessions);
}

// Who has an expired link may have another mail; who has none of ours begins anew.
View RecoveryPasswordPage::expiredView(const Settings& settings, const RecoveryLink& link) {
    const auto again = link.state == RecoveryState::expired ? std::optional(settings.local("/recover/progress/" + link.session->id.text())) : std::nullopt;
    return View().set("again", again).set("start_url", settings.local("/recover"));
}

std::vector<Sample> RecoveryPasswordPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    User user;
    user.username = "alice";
    RecoveryLink expired{.state = RecoveryState::expired, .session = RecoverySession(), .user = user};
    const auto form = [&](const Form& of) { return Sample{"recovery-password", view(settings, "sample", user, of).set("csrf", "sample")}; };
    const auto done = [](bool ended) { return Sample{"recovery-done", View().set("login_url", "/login").set("sessions_ended", ended)}; };
    return {form({}), form({.passwordError = "Too weak", .confirmationError = "Not the same", .strength = "1", .endSessions = false}), done(true), done(false),
            {"recovery-expired", expiredView(settings, expired).set("csrf", "sample")}, {"recovery-expired", expiredView(settings, {}).set("csrf", "sample")}};
}

}  // namespace latchkey::account
