// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/finish_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/record.h"

namespace latchkey::account {

namespace {

const log::Logger kLog("account");

}  // namespace

http::Response RegistrationFinishPage::get(const http::Request& request) {
    // A page that a browser loads ahead, without its person, changes nothing.
    if (request.headers.get("Sec-Purpose").value_or("").starts_with("prefetch")) throw http::HttpError(503, "Service Unavailable", "not to be fetched ahead");
    Visit visit(site_, request);
    auto found = flow_.find(visit, request.parameter("id"));
    if (found.answer) return std::move(*found.answer);
    const UserRegistration& registration = *found.registration;
    if (const RegistrationStep* waiting = flow_.next(*site_.store.reading(), registration)) return visit.redirect(RegistrationFlow::pathOf(registration.id, waiting->name()));
    switch (names_.availability(registration.username)) {
    case NameCheck::State::free: return complete(visit, registration);
    case NameCheck::State::unchecked: throw http::HttpError(503, "Service Unavailable", "the homeserver did not say whether the name is free");
    default: return toOtherName(visit, registration);
    }
}

http::Response RegistrationFinishPage::complete(Visit& visit, const UserRegistration& registration) {
    const Instant now = currentTime();
    auto work = site_.store.begin();
    const RegistrationCompletion made = completeRegistration(*work, registration.id, requesterOf(visit.request()).userAgent, now);
    if (made.outcome == RegistrationCompletion::Outcome::created) work->commit();
    work.reset();
    return answer(visit, registration, made);
}

http::Response RegistrationFinishPage::answer(Visit& visit, const UserRegistration& registration, const RegistrationCompletion& made) {
    using Outcome = RegistrationCompletion::Outcome;
    const auto next = RegistrationFlow::nextOf(registration);
    switch (made.outcome) {
    case Outcome::usernameTaken: return toOtherName(visit, registration);
    case Outcome::emailTaken:
        return visit.page(200, "register-email-in-use", View().set("email", *made.email).set("restart_url", flow_.beginning(next)).set("login_url", site_.settings.local(next ? next->appendedTo("/login") : "/login")));
    case Outcome::emailUnproven:
    case Outcome::tokenSpent: return flow_.toFinish(visit, registration.id);  // the step is not done any more
    case Outcome::alreadyCompleted: return visit.redirect(destinationOf(next));
    case Outcome::created: break;
    }
    kLog.info("account.registered", "somebody registered", {{"user", made.userId.text()}, {"username", registration.username}});
    site_.metrics.passwordRegistration();
    record(site_, visit.request(), EventKind::userRegistered, [&](Event& event) {
        event.userId = made.userId;
        event.username = registration.username;
        event.session(SessionKind::browser, made.sessionId);
    });
    visit.logIn(made.sessionId);
    RegistrationCookie cookie = flow_.cookie(visit, currentTime());
    cookie.remove(registration.id);
    return visit.redirect(destinationOf(next)).header("Set-Cookie", cookie.field());
}

http::Response RegistrationFinishPage::toOtherName(Visit& visit, const UserRegistration& registration) const {
    return visit.redirect(RegistrationFlow::pathOf(registration.id, otherName_.name()));
}

std::vector<Sample> RegistrationFinishPage::samples() {
    return {{"register-email-in-use", View().set("email", "alice@example.com").set("restart_url", "/register").set("login_url", "/login")}};
}

}  // namespace latchkey::account
