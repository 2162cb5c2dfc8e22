// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/password_page.h"

#include "domain/clock.h"
#include "domain/session/account_session.h"
#include "domain/store.h"
#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

namespace {

const PostAuthAction kNext{PostAuthAction::Kind::changePassword, {}, {}, {}};

}  // namespace

bool PasswordPage::possible(const User& user) const {
    return hasher_.enabled() && site_.settings.account.passwordChange && site_.store.reading()->passwords().active(user.id);
}

http::Response PasswordPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kNext)) return std::move(*elsewhere);
    return show(visit, {});
}

http::Response PasswordPage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kNext)) return std::move(*elsewhere);
    if (!possible(visit.user())) throw http::HttpError(403, "Forbidden", "passwords cannot be changed here");
    const Problems problems = change(visit);
    if (problems.any()) return show(visit, problems);
    return visit.redirect("/account/password/change?done=changed");
}

PasswordPage::Problems PasswordPage::problemsOf(const http::Parameters& form) const {
    const std::string_view wanted = form.get("new_password").value_or(""), again = form.get("new_password_again").value_or("");
    if (form.get("current_password").value_or("").empty() || wanted.empty()) return {.missing = true};
    if (wanted != again) return {.different = true};
    return {.weak = !hasher_.complexEnough(wanted), .strength = hasher_.strength(wanted)};
}

PasswordPage::Problems PasswordPage::change(AccountVisit& visit) const {
    const Problems problems = problemsOf(visit.form());
    if (problems.any()) return problems;
    PasswordAttempt attempt = verifier_.attemptOf(visit.user(), visit.form().get("current_password").value_or(""), visit.visit().request().clientIp);
    if (attempt.outcome != PasswordAttempt::Outcome::match) {
        recordUnconfirmed(visit, attempt);
        const bool limited = attempt.outcome == PasswordAttempt::Outcome::rateLimited;
        return {.wrong = !limited, .rateLimited = limited};
    }
    return {.wrong = !store(visit, attempt, hasher_.hash(visit.form().get("new_password").value_or("")))};
}

bool PasswordPage::store(AccountVisit& visit, PasswordAttempt& attempt, const PasswordHasher::Hash& hash) const {
    attempt.upgraded.reset();  // it is replaced altogether
    const Instant now = currentTime();
    const UserPassword newer{newId(now), visit.user().id, hash.text, hash.version, now, std::nullopt};
    const auto work = site_.store.begin();
    if (!work->passwords().replace(newer, attempt.password->id)) return false;
    work->browserSessions().authenticatedByPassword(newId(now), visit.session().id, newer.id, now);
    std::int64_t ended = 0;
    if (visit.form().get("end_others")) ended = endOtherSessions(*work, visit.user().id, visit.session().id, now);
    work->commit();
    record(visit, EventKind::passwordChanged, [](Event& event) { event.method = "password"; });
    recordSessionsEnded(visit, ended, "password_changed");
    return true;
}

http::Response PasswordPage::show(AccountVisit& visit, const Problems& problems) const {
    visit.visit().withLiveCheck();
    return visit.page("account-password", view(possible(visit.user()), problems).add(doneView(visit.query(), {"changed"})));
}

View PasswordPage::view(bool possible, const Problems& problems) {
    return View()
        .set("possible", possible)
        .set("failed", problems.any())
        .set("wrong", problems.wrong)
        .set("rate_limited", problems.rateLimited)
        .set("missing", problems.missing)
        .set("different", problems.different)
        .set("weak", problems.weak)
        .set("strength", problems.weak ? std::optional(std::to_string(problems.strength)) : std::nullopt);
}

std::vector<Sample> PasswordPage::samples() {
    const auto sample = [](bool possible, const Problems& problems, const char* done) {
        return accountSample("account-password", view(possible, problems).add(doneView(http::Parameters::parse(std::string("done=") + done).value(), {"changed"})));
    };
    return {sample(true, {}, ""), sample(true, {true, true, true, true, true, 1}, ""), sample(true, {}, "changed"), sample(false, {}, "")};
}

}  // namespace latchkey::account
