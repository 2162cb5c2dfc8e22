// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/login_endpoint.h"

#include "domain/clock.h"
#include "domain/compat/sso_login.h"
#include "domain/user/browser_session.h"
#include "domain/user/user_repository.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/record.h"

#include <memory>

namespace latchkey::compat {

namespace {

MatrixError wrongPassword() { return {403, "M_FORBIDDEN", "the username or the password is wrong"}; }
MatrixError wrongToken() { return {403, "M_FORBIDDEN", "the login token is not known, or not valid any more"}; }

// A lock is told only to who proved who they are: else it would tell that there is such an account.
void requireUsable(const std::optional<User>& user, const MatrixError& otherwise) {
    if (!user || user->deactivatedAt) throw otherwise;
    if (user->lockedAt) throw MatrixError(401, "M_USER_LOCKED", "this account is locked");
}

}  // namespace

http::Response LoginEndpoint::get() const {
    std::string flows = "{\"flows\":[";
    if (hasher_.enabled()) flows += "{\"type\":\"m.login.password\"},";
    flows += "{\"type\":\"m.login.sso\",\"oauth_aware_preferred\":true,\"org.matrix.msc3824.delegated_oidc_compatibility\":true},{\"type\":\"m.login.token\"}]}";
    return http::json(200, std::move(flows));
}

http::Response LoginEndpoint::post(const http::Request& request) const {
    Attempt attempt;
    try {
        return answer(request, attempt);
    } catch (const MatrixError& error) {
        metrics_.login(CompatMetrics::Login::failed);
        failed(request, attempt, error);
        throw;
    } catch (...) {
        metrics_.login(CompatMetrics::Login::failed);
        throw;
    }
}

// What is no attempt at all is no event either.
void LoginEndpoint::failed(const http::Request& request, const Attempt& attempt, const MatrixError& error) const {
    if (attempt.method.empty()) return;
    record(events_, request, EventKind::loginFailed, [&](Event& event) {
        event.method = attempt.method;
        event.nameTried = attempt.nameTried;
        if (attempt.user) event.about(*attempt.user);
        if (error.status() == 429) event.reason = "rate_limited";
        else if (!attempt.proved) event.reason = "invalid_credentials";
        else if (attempt.user->deactivatedAt) event.reason = "deactivated";
        else event.reason = attempt.user->lockedAt ? "locked" : "refused";
    });
}

http::Response LoginEndpoint::answer(const http::Request& request, Attempt& attempt) const {
    const LoginRequest login = LoginRequest::parse(request, hasher_.enabled());
    const bool password = login.type == LoginRequest::Type::password;
    attempt.method = password ? "m.login.password" : "m.login.token";
    attempt.nameTried = login.user;
    const Person person = password ? byPassword(login, request, attempt) : byToken(login, attempt);
    const MadeSession made = creation_.create(person, login, request);
    activity_.record({SessionKind::compat, made.session.id, made.session.createdAt, request.clientIp});
    metrics_.login(password ? CompatMetrics::Login::password : CompatMetrics::Login::token);
    record(events_, request, EventKind::loginSucceeded, [&](Event& event) {
        event.method = attempt.method;
        event.about(person.user);
        event.session(SessionKind::compat, made.session.id);
    });
    JsonWriter body;
    body.text("access_token", made.accessText).text("device_id", *made.session.deviceId).text("user_id", "@" + person.user.username + ":" + settings_.serverName);
    if (!made.refreshText.empty()) body.text("refresh_token", made.refreshText).number("expires_in_ms", settings_.accessTokenLifetime.us / 1000);
    return http::json(200, body.str()).noStore();
}

Person LoginEndpoint::byPassword(const LoginRequest& login, const http::Request& request, Attempt& tried) const {
    const auto attempt = std::make_shared<PasswordAttempt>(verifier_.attempt(login.user, login.password, request.clientIp));
    tried.user = attempt->named;
    tried.proved = attempt->outcome == PasswordAttempt::Outcome::match;
    if (attempt->outcome == PasswordAttempt::Outcome::rateLimited) throw MatrixError(429, "M_LIMIT_EXCEEDED", "too many attempts: wait before the next one", attempt->retryAfterSeconds);
    if (attempt->outcome != PasswordAttempt::Outcome::match) throw wrongPassword();
    requireUsable(attempt->user, wrongPassword());
    return {*attempt->user, "m.login.password", {}, [this, attempt](UnitOfWork& work, const Ulid&, Instant now) {
                if (!verifier_.confirm(work, *attempt, now)) throw wrongPassword();
                requireUsable(attempt->user, wrongPassword());
            }};
}

Person LoginEndpoint::byToken(const LoginRequest& login, Attempt& tried) const {
    const auto work = store_.reading();
    const auto sso = work->compatSsoLogins().findByToken(login.token);
    if (!sso || !sso->exchangeableAt(currentTime()) || !sso->browserSessionId) throw wrongToken();
    const auto browser = work->browserSessions().find(*sso->browserSessionId);
    if (!browser || browser->finishedAt) throw wrongToken();
    tried.user = browser->user;
    tried.proved = true;
    requireUsable(browser->user, wrongToken());
    return {browser->user, "m.login.token", browser->id, [id = sso->id, browserId = browser->id](UnitOfWork& unit, const Ulid& session, Instant now) {
                const auto current = unit.browserSessions().find(browserId);
                if (!current || current->finishedAt || !unit.compatSsoLogins().exchange(id, session, now)) throw wrongToken();
                requireUsable(current->user, wrongToken());
            }};
}

}  // namespace latchkey::compat
