// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/login.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/account/pending_grant.h"
#include "plugins/account/record.h"
#include "domain/user/browser_session.h"
#include "domain/user/user_repository.h"

namespace latchkey::account {

namespace {

constexpr std::string_view kMismatch = "invalid_credentials";

std::vector<std::string> localesOf(const std::optional<PendingGrant>& pending) { return pending ? uiLocales(pending->grant) : std::vector<std::string>(); }

}  // namespace

LoginPage::LoginPage(const Site& site, PasswordHasher& hasher, RateLimiter& limiter)
    : site_(site), hasher_(hasher), verifier_(site.store, hasher, limiter, {site.settings.serverName, site.settings.loginWithEmail}) {}

http::Response LoginPage::get(const http::Request& request) {
    const http::Parameters query = queryOf(request);
    const auto next = PostAuthAction::parse(query);
    const auto pending = findPendingGrant(site_.store, next);
    Visit visit(site_, request, localesOf(pending));
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    Form form = hinted(pending, query);
    if (const BrowserSession* session = visit.session()) {
        if (!pending || !wantsLogin(site_.store, pending->grant, *session)) return visit.redirect(destinationOf(next));
        if (form.username.empty()) form.username = session->user.username;
    }
    return show(visit, next, form);
}

http::Response LoginPage::post(const http::Request& request) {
    if (!hasher_.enabled()) return http::empty(405).header("Allow", "GET, HEAD");
    const auto next = PostAuthAction::parse(queryOf(request));
    Visit visit(site_, request, localesOf(findPendingGrant(site_.store, next)));
    const http::Parameters posted = visit.form();
    const std::string password(posted.get("password").value_or(""));
    Form form{.username = std::string(posted.get("username").value_or(""))};
    form.usernameRequired = form.username.empty();
    form.passwordRequired = password.empty();
    if (form.usernameRequired || form.passwordRequired) return show(visit, next, form);

    PasswordAttempt attempt = verifier_.attempt(form.username, password, request.clientIp);
    form.rateLimited = attempt.outcome == PasswordAttempt::Outcome::rateLimited;
    form.invalidCredentials = attempt.outcome == PasswordAttempt::Outcome::mismatch;
    if (attempt.outcome != PasswordAttempt::Outcome::match) {
        failed(visit, form.rateLimited ? "rate_limited" : kMismatch, form.username, attempt);
        return show(visit, next, form);
    }
    return logIn(visit, next, attempt, form);
}

void LoginPage::failed(const Visit& visit, std::string_view reason, const std::string& nameTried, const PasswordAttempt& attempt) const {
    using Result = AccountMetrics::PasswordLogin;
    site_.metrics.passwordLogin(reason == kMismatch ? Result::mismatch : Result::error);
    record(site_, visit.request(), EventKind::loginFailed, [&](Event& event) {
        event.method = "password";
        event.reason = reason;
        event.nameTried = nameTried;
        if (attempt.named) event.about(*attempt.named);
    });
}

// Always a new session: an id from before the log-in is worth nothing after it.
http::Response LoginPage::logIn(Visit& visit, const std::optional<PostAuthAction>& next, PasswordAttempt& attempt, const Form& form) {
    const Instant now = currentTime();
    auto work = site_.store.begin();
    const bool confirmed = verifier_.confirm(*work, attempt, now);
    if (!confirmed || attempt.user->deactivatedAt || attempt.user->lockedAt) {
        work.reset();
        failed(visit, !confirmed ? kMismatch : attempt.user->deactivatedAt ? "deactivated" : "locked", form.username, attempt);
        return confirmed ? visit.accountPage(*attempt.user) : show(visit, next, {.username = form.username, .invalidCredentials = true});
    }
    const Ulid session = newId(now);
    const auto userAgent = visit.request().headers.get("User-Agent");
    work->browserSessions().add(session, attempt.user->id, userAgent ? std::optional<std::string>(*userAgent) : std::nullopt, now);
    work->browserSessions().authenticatedByPassword(newId(now), session, attempt.password->id, now);
    work->commit();
    site_.metrics.passwordLogin(AccountMetrics::PasswordLogin::success);
    record(site_, visit.request(), EventKind::loginSucceeded, [&](Event& event) {
        event.method = "password";
        event.about(*attempt.user);
        event.session(SessionKind::browser, session);
    });
    visit.logIn(session);
    return visit.redirect(destinationOf(next));
}

http::Response LoginPage::show(Visit& visit, const std::optional<PostAuthAction>& next, const Form& form) {
    const auto pending = findPendingGrant(site_.store, next);
    if (pending) visit.leadingTo(pending->grant.redirectUri);
    const auto to = [&](const char* path) { return site_.settings.local(next ? next->appendedTo(path) : path); };
    const auto registerUrl = site_.settings.registration.enabled ? std::optional(to("/register")) : std::nullopt;
    const auto recoveryUrl = site_.settings.passwordRecovery ? std::optional(site_.settings.local("/recover")) : std::nullopt;
    return visit.withForm().page(200, "login", view(form, to("/login"), hasher_.enabled(), pending ? pending->client.name : std::nullopt, registerUrl, recoveryUrl));
}

View LoginPage::view(const Form& form, const std::string& action, bool enabled, const std::optional<std::string>& clientName, const std::optional<std::string>& registerUrl, const std::optional<std::string>& recoveryUrl) {
    View view;
    view.set("action", action)
        .set("password_login", enabled)
        .set("register_url", registerUrl)
        .set("recovery_url", recoveryUrl)
        .set("client_name", clientName)
        .set("username", form.username)
        .set("username_required", form.usernameRequired)
        .set("password_required", form.passwordRequired)
        .set("invalid_credentials", form.invalidCredentials)
        .set("rate_limited", form.rateLimited)
        .set("asked_for", form.askedFor)
        .set("failed", form.usernameRequired || form.passwordRequired || form.invalidCredentials || form.rateLimited)
        .set("focus_password", !form.username.empty());
    return view;
}

LoginPage::Form LoginPage::hinted(const std::optional<PendingGrant>& pending, const http::Parameters& query) const {
    Form form{.username = usernameFromHint(query)};
    const auto id = pending ? hintedUser(pending->grant) : std::nullopt;
    const auto user = id ? site_.store.reading()->users().find(*id) : std::nullopt;
    if (!user) return form;
    form.username = user->username;
    form.askedFor = "@" + user->username + ":" + site_.settings.serverName;
    return form;
}

// "mxid:@name:server" of this server, or an e-mail address where people may log in with one.
std::string LoginPage::usernameFromHint(const http::Parameters& query) const {
    const std::string_view hint = query.get("login_hint").value_or("").substr(0, 255);
    if (hint.starts_with("mxid:@")) return std::string(localpartOf(hint.substr(5), site_.settings.serverName).value_or(""));
    const bool email = hint.find('@', 1) != std::string_view::npos && hint.find(':') == std::string_view::npos;
    return site_.settings.loginWithEmail && email ? std::string(hint) : std::string();
}

std::vector<Sample> LoginPage::samples() {
    const auto sample = [](const Form& form, bool enabled, const std::optional<std::string>& client) {
        return Sample{"login", view(form, "/login", enabled, client, enabled ? std::optional<std::string>("/register") : std::nullopt, enabled ? std::optional<std::string>("/recover") : std::nullopt).set("csrf", "sample")};
    };
    return {sample({}, true, std::nullopt), sample({.username = "alice", .invalidCredentials = true, .askedFor = "@alice:example.com"}, true, "Element"),
            sample({.usernameRequired = true, .passwordRequired = true, .rateLimited = true}, true, std::nullopt), sample({}, false, std::nullopt)};
}

}  // namespace latchkey::account
