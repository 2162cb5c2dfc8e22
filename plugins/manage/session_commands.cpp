// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/session_commands.h"

#include "domain/clock.h"
#include "domain/compat/session_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/session/finish_session.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"
#include "kernel/services.h"

namespace latchkey::manage {

// A dry run does the same and does not commit: its counts cannot differ.
int KillSessions::run(const Arguments& arguments, Services& services) {
    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    const Instant now = currentTime();
    const std::int64_t compat = work->compatSessions().finishAllOf(user.id, now);
    const std::int64_t oauth2 = work->oauthSessions().finishAllOf(user.id, now);
    const std::int64_t browser = work->browserSessions().finishAllOf(user.id, now);
    enqueueDeviceSync(*work, user.id, now);
    const bool dryRun = arguments.has("dry-run");
    if (!dryRun) {
        work->commit();
        for (const auto& [kind, count] : {std::pair(SessionKind::compat, compat), std::pair(SessionKind::oauth2, oauth2), std::pair(SessionKind::browser, browser)}) {
            if (count > 0) recordEnd(services, user, kind, count);
        }
    }
    logger().info("manage.sessions_ended", dryRun ? "dry run: active sessions would have ended" : "active sessions ended",
                  {{"user", user.id.text()}, {"username", user.username}, {"compat", compat}, {"oauth2", oauth2}, {"browser", browser}});
    return 0;
}

void KillSessions::recordEnd(const Services& services, const User& user, SessionKind kind, std::int64_t count) const {
    record(services, *this, EventKind::sessionEnded, [&](Event& event) {
        event.reason = "killed";
        event.about(user);
        event.sessionKind = kind;
        event.count = count;
    });
}

}  // namespace latchkey::manage
