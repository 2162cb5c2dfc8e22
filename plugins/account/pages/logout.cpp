// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/logout.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/account/post_auth_action.h"

namespace latchkey::account {

http::Response LogoutPage::post(const http::Request& request) {
    Visit visit(site_, request);
    const auto next = PostAuthAction::parse(visit.form());
    if (visit.sessionId()) {
        const auto work = site_.store.begin();
        work->browserSessions().finish(*visit.sessionId(), currentTime());
        work->commit();
        visit.logOut();
    }
    return visit.redirect(next ? next->destination() : "/login");
}

}  // namespace latchkey::account
