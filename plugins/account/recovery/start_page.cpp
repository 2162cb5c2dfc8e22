// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/recovery/start_page.h"

#include "domain/clock.h"
#include "domain/mailer.h"
#include "domain/store.h"
#include "domain/user/recover_password.h"
#include "plugins/account/record.h"
#include "plugins/account/text.h"

namespace latchkey::account {

bool recoveryAllowed(RateLimiter& limiter, const http::Request& request, const std::string& email) {
    using Bucket = RateLimiter::Bucket;
    return !limiter.take(Bucket::recoveryPerIp, request.clientIp.value_or("unknown")) && !limiter.take(Bucket::recoveryPerAddress, lowered(email));
}

http::Response RecoveryStartPage::get(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.passwordRecovery) return visit.page(200, "recovery-disabled", View());
    if (visit.session() != nullptr) return visit.redirect("/");
    return show(visit, {});
}

http::Response RecoveryStartPage::post(const http::Request& request) {
    Visit visit(site_, request);
    if (!site_.settings.passwordRecovery) return visit.page(200, "recovery-disabled", View());
    if (!request.headers.get("User-Agent")) throw http::HttpError(400, "Bad Request", "the header User-Agent is missing");
    const http::Parameters posted = visit.form();
    if (visit.session() != nullptr) return visit.redirect("/");
    const std::string email = trimmed(posted.get("email").value_or(""));
    if (!isMailAddress(email)) return show(visit, {.email = email.substr(0, kLongestInput), .invalid = true});
    if (!recoveryAllowed(limiter_, request, email)) return show(visit, {.email = email, .rateLimited = true});
    return begin(visit, email);
}

http::Response RecoveryStartPage::begin(Visit& visit, const std::string& email) const {
    const Instant now = currentTime();
    const http::Request& request = visit.request();
    RecoverySession session{.id = newId(now), .email = email, .userAgent = std::string(request.headers.get("User-Agent").value_or("")),
                            .ipAddress = request.clientIp, .locale = visit.language(), .createdAt = now, .consumedAt = {}};
    const auto work = site_.store.begin();
    startRecovery(*work, session);
    work->commit();
    record(site_, request, EventKind::recoveryRequested, [&](Event& event) { event.email = maskedEmail(email); });
    return visit.redirect("/recover/progress/" + session.id.text());
}

http::Response RecoveryStartPage::show(Visit& visit, const Form& form) const { return visit.withForm().page(200, "recovery-start", view(site_.settings, form)); }

View RecoveryStartPage::view(const Settings& settings, const Form& form) {
    return View()
        .set("action", settings.local("/recover"))
        .set("login_url", settings.local("/login"))
        .set("email", form.email)
        .set("invalid", form.invalid)
        .set("rate_limited", form.rateLimited)
        .set("failed", form.invalid || form.rateLimited);
}

std::vector<Sample> RecoveryStartPage::samples() {
    const auto sample = [](const Form& form) { return Sample{"recovery-start", view(Settings(), form).set("csrf", "sample")}; };
    return {sample({}), sample({.email = "alice", .invalid = true}), sample({.email = "alice@example.com", .rateLimited = true})};
}

}  // namespace latchkey::account
