// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/recovery/progress_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/recover_password.h"
#include "plugins/account/recovery/start_page.h"

namespace latchkey::account {

http::Response RecoveryProgressPage::walk(const http::Request& request, bool posted) {
    Visit visit(site_, request);
    if (!site_.settings.passwordRecovery) return visit.page(200, "recovery-disabled", View());
    if (posted) visit.form();
    if (visit.session() != nullptr) return visit.redirect("/");
    const auto id = Ulid::parse(request.parameter("id"));
    const auto session = id ? site_.store.reading()->recoveries().find(*id) : std::nullopt;
    if (!session) return visit.redirect("/recover");
    if (session->consumedAt) return visit.page(200, "recovery-used", View());
    if (posted) return sendAgain(visit, *session);
    return show(visit, *session, request.queryString == "sent" ? Notice::sentAgain : Notice::none);
}

http::Response RecoveryProgressPage::sendAgain(Visit& visit, const RecoverySession& session) const {
    if (!recoveryAllowed(limiter_, visit.request(), session.email)) return show(visit, session, Notice::rateLimited);
    const auto work = site_.store.begin();
    enqueueRecoveryMail(*work, session.id, currentTime());
    work->commit();
    return visit.redirect("/recover/progress/" + session.id.text() + "?sent");
}

http::Response RecoveryProgressPage::show(Visit& visit, const RecoverySession& session, Notice notice) const {
    return visit.withForm().page(notice == Notice::rateLimited ? 429 : 200, "recovery-progress", view(site_.settings, session, notice));
}

View RecoveryProgressPage::view(const Settings& settings, const RecoverySession& session, Notice notice) {
    return View()
        .set("action", settings.local("/recover/progress/" + session.id.text()))
        .set("start_url", settings.local("/recover"))
        .set("email", session.email)
        .set("minutes", std::to_string(kRecoveryTicketLifetime.us / 60'000'000))
        .set("sent_again", notice == Notice::sentAgain)
        .set("rate_limited", notice == Notice::rateLimited);
}

std::vector<Sample> RecoveryProgressPage::samples() {
    RecoverySession session;
    session.email = "alice@example.com";
    std::vector<Sample> all{{"recovery-used", View()}};
    for (const Notice each : {Notice::none, Notice::sentAgain, Notice::rateLimited}) all.push_back({"recovery-progress", view(Settings(), session, each).set("csrf", "sample")});
    return all;
}

}  // namespace latchkey::account
