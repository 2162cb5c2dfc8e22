// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/session_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/account/management/session_view.h"

namespace latchkey::account {

namespace {

constexpr std::size_t kLongestName = 100;  // as homeservers have it for devices
constexpr std::int64_t kPatienceMs = 5'000;
const log::Logger kLog("account");

}  // namespace

http::Response SessionPage::walk(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere("org.matrix.sessions_list")) return std::move(*elsewhere);
    const auto kind = sessionKindOf(request.parameter("kind"));
    const auto id = Ulid::parse(request.parameter("id"));
    if (!kind || !id) throw http::HttpError(400, "Bad Request", "the path names no session");
    const auto session = site_.store.reading()->accountSessions().find(visit.user().id, *kind, *id);
    if (!session) return visit.redirect("/account/sessions?done=not_found");
    const std::string action = visit.field("action");
    if (action == "rename") return rename(visit, *session);
    if (action == "end") return end(visit, *session);
    return show(visit, *session, false);
}

http::Response SessionPage::rename(AccountVisit& visit, const AccountSession& session) const {
    const std::string name = visit.field("name", 1000);
    if (name.empty() || name.size() > kLongestName || session.kind == SessionKind::browser) return show(visit, session, true);
    const auto work = site_.store.begin();
    if (!work->accountSessions().rename(visit.user().id, session.kind, session.id, name)) return visit.redirect("/account/sessions?done=not_found");
    work->commit();
    const bool told = tellHomeserver(visit.user(), session, name);
    return visit.redirect(sessionPath(session.kind, session.id) + (told ? "?done=renamed" : "?done=renamed_here"));
}

bool SessionPage::tellHomeserver(const User& user, const AccountSession& session, const std::string& name) const {
    if (homeserver_ == nullptr || !homeserver_->capabilities().writes) return true;
    try {
        for (const std::string& device : session.deviceIds()) homeserver_->setDeviceName(user.username, device, name, {.timeoutMs = kPatienceMs});
    } catch (const HomeserverError& error) {
        kLog.warn("account.device_not_renamed", "the homeserver did not take a device's new name", {{"user", user.id.text()}, {"error", error.what()}});
        return false;
    }
    return true;
}

http::Response SessionPage::end(AccountVisit& visit, const AccountSession& session) const {
    const bool current = session.id == visit.session().id;
    const auto work = site_.store.begin();
    const bool ended = endSession(*work, visit.user().id, session.kind, session.id, currentTime());
    work->commit();
    if (ended) recordSessionEnded(visit, session.kind, session.id);
    if (current) visit.visit().logOut();
    if (current) return visit.redirect("/login");
    return visit.redirect(ended ? "/account/sessions?done=ended" : "/account/sessions?done=not_found");
}

http::Response SessionPage::show(AccountVisit& visit, const AccountSession& session, bool nameInvalid) const {
    View shown = view(session, visit.session().id, nameInvalid);
    return visit.page("account-session", shown.add(doneView(visit.query(), {"renamed", "renamed_here"})));
}

View SessionPage::view(const AccountSession& session, const Ulid& current, bool nameInvalid) {
    std::vector<View> scopes;
    for (const std::string& each : session.scope.tokens()) scopes.push_back(View().set("scope", each));
    View view = sessionView(session, current);
    view.set("has_scopes", !scopes.empty())
        .set("scopes", std::move(scopes))
        .set("user_agent", session.userAgent)
        .set("name", session.humanName.value_or(""))
        .set("name_invalid", nameInvalid);
    return view;
}

std::vector<Sample> SessionPage::samples() {
    std::vector<Sample> all;
    const auto query = http::Parameters::parse("done=renamed").value();
    for (const AccountSession& each : sampleSessions()) {
        for (const bool invalid : {false, true}) all.push_back(accountSample("account-session", view(each, Ulid{}, invalid).add(doneView(query, {"renamed", "renamed_here"}))));
    }
    return all;
}

}  // namespace latchkey::account
