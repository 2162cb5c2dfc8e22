// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/account_visit.h"

#include "plugins/account/text.h"

#include <algorithm>

namespace latchkey::account {

namespace {

struct Entry {
    std::string_view page;
    std::string_view entry;
};
// Pages without an entry of their own stand below another's.
constexpr Entry kEntries[] = {{"account", "overview"}, {"account-sessions", "sessions"}, {"account-session", "sessions"},
                              {"account-profile", "profile"}, {"account-emails", "emails"}, {"account-email-code", "emails"}, {"account-email-removal", "emails"},
                              {"account-password", "password"}, {"account-applications", "applications"}, {"account-tokens", "tokens"}, {"account-token-made", "tokens"}, {"account-language", "language"}};
constexpr const char* kNavigation[] = {"overview", "profile", "emails", "password", "sessions", "applications", "tokens", "language"};

}  // namespace

AccountVisit::AccountVisit(const Site& site, const http::Request& request) : visit_(site, request), query_(queryOf(request)) {
    if (request.method == "POST") form_ = visit_.form();
}

std::optional<http::Response> AccountVisit::elsewhere(const PostAuthAction& next) {
    if (auto fallback = visit_.fallback()) return fallback;
    if (visit_.session() != nullptr) return std::nullopt;
    return visit_.redirect(next.appendedTo("/login"));
}

std::string AccountVisit::field(std::string_view name, std::size_t longest) const {
    std::string value = trimmed(form_.get(name).value_or(""));
    if (value.size() > longest) throw http::HttpError(400, "Bad Request", "`" + std::string(name) + "` is too long");
    return value;
}

http::Response AccountVisit::page(const std::string& name, View view, int status) {
    view.add(accountView(site().settings, user().username, name));
    return visit_.withForm().page(status, name, std::move(view));
}

void recordSessionEnded(AccountVisit& visit, SessionKind kind, const Ulid& id) {
    record(visit, kind == SessionKind::personal ? EventKind::personalTokenRevoked : EventKind::sessionEnded, [&](Event& event) {
        event.reason = "by_user";
        event.session(kind, id);
    });
}

void recordSessionsEnded(AccountVisit& visit, std::int64_t count, const char* reason) {
    if (count == 0) return;
    record(visit, EventKind::sessionEnded, [&](Event& event) {
        event.reason = reason;
        event.count = count;
    });
}

View accountView(const Settings& settings, const std::string& username, const std::string& page) {
    View view;
    const auto found = std::ranges::find(kEntries, page, &Entry::page);
    for (const char* each : kNavigation) view.set(std::string("nav_") + each, found != std::end(kEntries) && found->entry == each);
    return view.set("mxid", "@" + username + ":" + settings.serverName);
}

View doneView(const http::Parameters& query, const std::vector<const char*>& words) {
    const std::string_view said = query.get("done").value_or("");
    View view;
    bool any = false;
    for (const char* word : words) {
        view.set(std::string("done_") + word, said == word);
        any |= said == word;
    }
    return view.set("done", any);
}

Settings sampleSettings() {
    Settings settings;
    settings.url.base = "https://auth.example.com/";
    settings.serverName = "example.com";
    return settings;
}

Sample accountSample(const std::string& page, View view) {
    view.add(accountView(sampleSettings(), "alice", page)).set("csrf", "sample");
    return {page, std::move(view)};
}

}  // namespace latchkey::account
