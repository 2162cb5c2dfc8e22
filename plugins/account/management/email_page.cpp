// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/email_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/text_lock.h"
#include "domain/user/user_jobs.h"

namespace latchkey::account {

namespace {

constexpr const char* kAction = "latchkey.emails";
constexpr const char* kList = "/account/emails";

void requireAllowed(const Site& site) {
    if (!site.settings.account.emailChange) throw http::HttpError(403, "Forbidden", "e-mail addresses cannot be changed here");
}

Ulid idOf(const http::Request& request) {
    const auto id = Ulid::parse(request.parameter("id"));
    if (!id) throw http::HttpError(400, "Bad Request", "the path names no address");
    return *id;
}

}  // namespace

http::Response EmailCodePage::walk(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    requireAllowed(site_);
    const auto authentication = site_.store.reading()->emailAuthentications().find(idOf(request));
    const bool own = authentication && authentication->sessionId == visit.session().id;
    if (!own || authentication->completedAt) return visit.redirect(std::string(kList) + "?done=not_found");
    if (request.method != "POST") return show(visit, *authentication, {});
    return visit.field("action") == "resend" ? resend(visit, *authentication) : verify(visit, *authentication);
}

http::Response EmailCodePage::resend(AccountVisit& visit, const EmailAuthentication& authentication) const {
    if (limiter_.take(RateLimiter::Bucket::emailsPerSession, authentication.id.text())) return show(visit, authentication, {.tooOften = true});
    const auto work = site_.store.begin();
    enqueueEmailCode(*work, authentication.id, visit.visit().language(), currentTime());
    work->commit();
    return show(visit, authentication, {.sent = true});
}

http::Response EmailCodePage::verify(AccountVisit& visit, const EmailAuthentication& authentication) const {
    if (limiter_.take(RateLimiter::Bucket::attemptsPerSession, authentication.id.text())) return show(visit, authentication, {.tooOften = true});
    const auto sent = site_.store.reading()->emailAuthentications().codesOf(authentication.id, kMostEmailCodes);
    switch (matchEmailCode(sent, visit.field("code", 64), currentTime())) {
    case EmailCodeMatch::unknown: return show(visit, authentication, {.invalid = true});
    case EmailCodeMatch::expired: return show(visit, authentication, {.expired = true});
    case EmailCodeMatch::valid: break;
    }
    return add(visit, authentication);
}

// The code is used up even if somebody has the address: whoever can read its mail may know.
http::Response EmailCodePage::add(AccountVisit& visit, const EmailAuthentication& authentication) const {
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    lockText(*work, "email", authentication.email);
    if (!work->emailAuthentications().complete(authentication.id, now)) return visit.redirect(std::string(kList) + "?done=not_found");
    const bool added = work->emails().addUnlessTaken({newId(now), visit.user().id, authentication.email, now});
    if (added) enqueueProvisioning(*work, visit.user().id, std::nullopt, now);
    work->commit();
    if (added) record(visit, EventKind::emailAdded, [&](Event& event) { event.email = maskedEmail(authentication.email); });
    return visit.redirect(std::string(kList) + (added ? "?done=added" : "?done=taken"));
}

http::Response EmailCodePage::show(AccountVisit& visit, const EmailAuthentication& authentication, const Form& form) const {
    return visit.page("account-email-code", view(authentication, form));
}

View EmailCodePage::view(const EmailAuthentication& authentication, const Form& form) {
    return View()
        .set("id", authentication.id.text())
        .set("address", authentication.email)
        .set("failed", form.invalid || form.expired || form.tooOften)
        .set("invalid", form.invalid)
        .set("expired", form.expired)
        .set("too_often", form.tooOften)
        .set("sent", form.sent);
}

std::vector<Sample> EmailCodePage::samples() {
    EmailAuthentication authentication;
    authentication.email = "alice@example.com";
    return {accountSample("account-email-code", view(authentication, {})), accountSample("account-email-code", view(authentication, {true, true, true, true}))};
}

http::Response EmailRemovalPage::walk(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    requireAllowed(site_);
    const auto email = site_.store.reading()->emails().find(idOf(request));
    if (!email || email->userId != visit.user().id) return visit.redirect(std::string(kList) + "?done=not_found");
    const bool posted = request.method == "POST";
    const auto state = posted ? confirmation_.check(visit) : confirmation_.state(visit);
    if (posted && state.confirmed()) return remove(visit, *email);
    return visit.page("account-email-removal", Confirmation::view(state, kAction).set("id", email->id.text()).set("address", email->email));
}

http::Response EmailRemovalPage::remove(AccountVisit& visit, const UserEmail& email) const {
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    const bool removed = work->emails().remove(visit.user().id, email.id);
    if (removed) enqueueProvisioning(*work, visit.user().id, std::nullopt, now);
    work->commit();
    if (removed) record(visit, EventKind::emailRemoved, [&](Event& event) { event.email = maskedEmail(email.email); });
    return visit.redirect(std::string(kList) + (removed ? "?done=removed" : "?done=not_found"));
}

std::vector<Sample> EmailRemovalPage::samples() {
    std::vector<Sample> all;
    for (const auto& state : Confirmation::samples()) {
        all.push_back(accountSample("account-email-removal", Confirmation::view(state, kAction).set("id", "01").set("address", "alice@example.com")));
    }
    return all;
}

}  // namespace latchkey::account
