// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/emails_page.h"

#include "domain/clock.h"
#include "domain/mailer.h"
#include "domain/store.h"
#include "domain/user/email_authentication.h"
#include "domain/user/text_lock.h"
#include "domain/user/user_jobs.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/violation_text.h"

namespace latchkey::account {

namespace {

constexpr const char* kAction = "latchkey.emails";

}  // namespace

http::Response EmailsPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    return show(visit, {}, confirmation_.state(visit));
}

http::Response EmailsPage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    if (!site_.settings.account.emailChange) throw http::HttpError(403, "Forbidden", "e-mail addresses cannot be changed here");
    const std::string email = visit.field("email", 1000);
    const auto state = confirmation_.check(visit);
    if (!state.confirmed()) return show(visit, {.email = email}, state);
    const Form form = judge(visit, email);
    return form.failed() ? show(visit, form, state) : start(visit, email);
}

// Only the own addresses: whether somebody else has it is told to whoever can read its mail.
EmailsPage::Form EmailsPage::judge(AccountVisit& visit, const std::string& email) const {
    Form form{.email = email, .invalid = !isMailAddress(email)};
    if (form.invalid) return form;
    const std::string address = lowered(email);
    for (const UserEmail& each : site_.store.reading()->emails().allOf(visit.user().id)) form.known |= lowered(each.email) == address;
    if (form.known) return form;
    for (const PolicyViolation& each : policy_.email({.email = email, .requester = requesterOf(visit.visit().request())})) form.refused.push_back(textOf(visit.visit(), each));
    if (!form.refused.empty()) return form;
    form.tooOften = limiter_.take(RateLimiter::Bucket::emailPerIp, visit.visit().request().clientIp.value_or("unknown")).has_value() ||
                    limiter_.take(RateLimiter::Bucket::emailPerAddress, address).has_value();
    return form;
}

http::Response EmailsPage::start(AccountVisit& visit, const std::string& email) const {
    const Instant now = currentTime();
    EmailAuthentication authentication{.id = newId(now), .sessionId = visit.session().id, .registrationId = {}, .email = email, .createdAt = now, .completedAt = {}};
    const auto work = site_.store.begin();
    work->emailAuthentications().add(authentication);
    enqueueEmailCode(*work, authentication.id, visit.visit().language(), now);
    work->commit();
    return visit.redirect("/account/emails/" + authentication.id.text() + "/verify");
}

http::Response EmailsPage::show(AccountVisit& visit, const Form& form, const Confirmation::State& state) const {
    const auto emails = site_.store.reading()->emails().allOf(visit.user().id);
    return visit.page("account-emails", view(emails, site_.settings.account.emailChange, form, state).add(doneView(visit.query(), {"added", "removed", "not_found", "taken"})));
}

View EmailsPage::view(const std::vector<UserEmail>& emails, bool allowed, const Form& form, const Confirmation::State& state) {
    std::vector<View> items, refused;
    for (const UserEmail& each : emails) items.push_back(View().set("address", each.email).set("id", each.id.text()).set("removable", allowed));
    for (const std::string& each : form.refused) refused.push_back(View().set("message", each));
    return Confirmation::view(state, kAction)
        .set("none", items.empty())
        .set("emails", std::move(items))
        .set("allowed", allowed)
        .set("email", form.email)
        .set("failed", form.failed())
        .set("invalid", form.invalid)
        .set("known", form.known)
        .set("too_often", form.tooOften)
        .set("refused", std::move(refused));
}

std::vector<Sample> EmailsPage::samples() {
    const std::vector<UserEmail> some{{.id = {}, .userId = {}, .email = "alice@example.com", .createdAt = {}}};
    const auto sample = [](const View& view, const char* done) {
        return accountSample("account-emails", View(view).add(doneView(http::Parameters::parse(std::string("done=") + done).value(), {"added", "removed", "not_found", "taken"})));
    };
    std::vector<Sample> all{sample(view({}, true, {}, {}), ""), sample(view(some, false, {}, {}), ""),
                            sample(view(some, true, {.email = "x", .invalid = true, .known = true, .tooOften = true, .refused = {"no"}}, {}), "")};
    for (const auto& state : Confirmation::samples()) all.push_back(sample(view(some, true, {}, state), "added"));
    for (const char* done : {"removed", "not_found", "taken"}) all.push_back(sample(view(some, true, {}, {}), done));
    return all;
}

}  // namespace latchkey::account
