// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/logout.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/account/post_auth_action.h"
#include "plugins/account/record.h"

namespace latchkey::account {

void endSession(Visit& visit) {
    if (!visit.sessionId()) return;
    const auto work = visit.site().store.begin();
    const auto session = work->browserSessions().find(*visit.sessionId());
    const bool ended = work->browserSessions().finish(*visit.sessionId(), currentTime());
    work->commit();
    if (ended && session) {
        record(visit.site(), visit.request(), EventKind::sessionEnded, [&](Event& event) {
            event.reason = "logout";
            event.about(session->user);
            event.session(SessionKind::browser, session->id);
        });
    }
    visit.logOut();
}

http::Response LogoutPage::post(const http::Request& request) {
    Visit visit(site_, request);
    const auto next = PostAuthAction::parse(visit.form());
    endSession(visit);
    return visit.redirect(next ? next->destination() : "/login");
}

}  // namespace latchkey::account
