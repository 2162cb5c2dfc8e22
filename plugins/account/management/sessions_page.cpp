// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/sessions_page.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_request.h"
#include "domain/store.h"
#include "plugins/account/management/session_view.h"

#include <algorithm>
#include <utility>

namespace latchkey::account {

namespace {

constexpr const char* kAction = "org.matrix.sessions_list";
constexpr std::size_t kLongestSearch = 100;
constexpr std::size_t kMostAtOnce = 100;

AccountSessionSearch searchOf(const http::Parameters& query) {
    AccountSessionSearch search;
    search.kind = sessionKindOf(query.get("kind").value_or(""));
    search.text = query.get("q").value_or("");
    if (search.text.size() > kLongestSearch) throw http::HttpError(400, "Bad Request", "`q` is longer than 100 bytes");
    search.before = Ulid::parse(query.get("before").value_or(""));
    return search;
}

// The way to a page of the same search.
std::string target(const AccountSessionSearch& search, const std::optional<Ulid>& before) {
    std::vector<std::pair<std::string, std::string>> query;
    if (!search.text.empty()) query.emplace_back("q", search.text);
    if (search.kind) query.emplace_back("kind", nameOf(*search.kind));
    if (before) query.emplace_back("before", before->text());
    return "/account/sessions" + (query.empty() ? "" : "?" + formEncode(query));
}

// "compat:01…"
std::optional<std::pair<SessionKind, Ulid>> parseKey(std::string_view key) {
    const std::size_t colon = std::min(key.find(':'), key.size());
    const auto kind = sessionKindOf(key.substr(0, colon));
    const auto id = Ulid::parse(key.substr(std::min(colon + 1, key.size())));
    return kind && id ? std::optional(std::pair(*kind, *id)) : std::nullopt;
}

}  // namespace

http::Response SessionsPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    AccountSessionSearch search = searchOf(visit.query());
    search.most = kPerPage + 1;
    View view = SessionsPage::view(search, site_.store.reading()->accountSessions().page(visit.user().id, search), visit.session().id);
    return visit.page("account-sessions", view.add(doneView(visit.query(), {"ended", "nothing", "not_found"})));
}

http::Response SessionsPage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    return visit.field("action") == "end_others" ? endOthers(visit) : endChosen(visit);
}

http::Response SessionsPage::endChosen(AccountVisit& visit) const {
    if (visit.form().count("session") > kMostAtOnce) throw http::HttpError(400, "Bad Request", "more than 100 sessions at once");
    const Ulid current = visit.session().id, user = visit.user().id;
    const Instant now = currentTime();
    std::vector<std::pair<SessionKind, Ulid>> ended;
    auto work = site_.store.begin();
    for (const auto& [name, value] : visit.form().items()) {
        const auto key = name == "session" ? parseKey(value) : std::nullopt;
        if (!key || !endSession(*work, user, key->first, key->second, now)) continue;
        ended.push_back(*key);
    }
    work->commit();
    work.reset();
    for (const auto& [kind, id] : ended) recordSessionEnded(visit, kind, id);
    if (std::ranges::count(ended, current, &std::pair<SessionKind, Ulid>::second) != 0) {
        visit.visit().logOut();
        return visit.redirect("/login");
    }
    return visit.redirect(ended.empty() ? "/account/sessions?done=nothing" : "/account/sessions?done=ended");
}

http::Response SessionsPage::endOthers(AccountVisit& visit) const {
    const auto work = site_.store.begin();
    const std::int64_t ended = endOtherSessions(*work, visit.user().id, visit.session().id, currentTime());
    work->commit();
    recordSessionsEnded(visit, ended, "others_by_user");
    return visit.redirect(ended == 0 ? "/account/sessions?done=nothing" : "/account/sessions?done=ended");
}

View SessionsPage::view(const AccountSessionSearch& search, std::vector<AccountSession> sessions, const Ulid& current) {
    std::optional<std::string> older;
    if (sessions.size() > kPerPage) {
        sessions.resize(kPerPage);
        older = target(search, sessions.back().id);
    }
    std::vector<View> items;
    for (const AccountSession& each : sessions) items.push_back(sessionView(each, current));
    View view;
    for (const char* kind : {"browser", "oauth2", "compat", "personal"}) view.set(std::string("search_") + kind, search.kind && nameOf(*search.kind) == kind);
    view.set("q", search.text)
        .set("none", items.empty())
        .set("sessions", std::move(items))
        .set("older", older)
        .set("newest", search.before ? std::optional(target(search, std::nullopt)) : std::nullopt);
    return view;
}

std::vector<Sample> SessionsPage::samples() {
    const auto sample = [](const AccountSessionSearch& search, std::vector<AccountSession> sessions, const char* done) {
        const auto query = http::Parameters::parse(std::string("done=") + done).value();
        return accountSample("account-sessions", view(search, std::move(sessions), Ulid{}).add(doneView(query, {"ended", "nothing", "not_found"})));
    };
    std::vector<AccountSession> many(kPerPage + 1);
    return {sample({}, sampleSessions(), ""), sample({.kind = SessionKind::compat, .text = "x", .before = Ulid{}}, {}, "ended"), sample({}, many, "nothing"), sample({}, many, "not_found")};
}

}  // namespace latchkey::account
