// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/applications_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/account/management/readable_time.h"

namespace latchkey::account {

namespace {

constexpr const char* kAction = "latchkey.applications";

// Only what leads to a web site: a client registers itself with any URI.
std::optional<std::string> webUri(const std::optional<std::string>& uri) {
    const bool web = uri && (uri->starts_with("https://") || uri->starts_with("http://"));
    return web ? uri : std::nullopt;
}

}  // namespace

http::Response ApplicationsPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    const auto before = Ulid::parse(visit.query().get("before").value_or(""));
    View view = ApplicationsPage::view(site_.store.reading()->accountSessions().clients(visit.user().id, before, kPerPage + 1), before.has_value());
    return visit.page("account-applications", view.add(doneView(visit.query(), {"ended", "nothing"})));
}

http::Response ApplicationsPage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    const auto client = Ulid::parse(visit.field("client"));
    if (!client) throw http::HttpError(400, "Bad Request", "`client` names no application");
    const auto work = site_.store.begin();
    const std::int64_t ended = endClientSessions(*work, visit.user().id, *client, currentTime());
    work->commit();
    if (ended > 0) {
        record(visit, EventKind::sessionEnded, [&](Event& event) {
            event.reason = "client_by_user";
            event.clientId = *client;
            event.count = ended;
        });
    }
    return visit.redirect(ended == 0 ? "/account/applications?done=nothing" : "/account/applications?done=ended");
}

View ApplicationsPage::view(std::vector<ConnectedClient> clients, bool further) {
    std::optional<std::string> older;
    if (clients.size() > kPerPage) {
        clients.resize(kPerPage);
        older = "/account/applications?before=" + clients.back().id.text();
    }
    std::vector<View> items;
    for (const ConnectedClient& each : clients) {
        items.push_back(View()
                            .set("id", each.id.text())
                            .set("client_name", each.name && !each.name->empty() ? *each.name : each.id.text())
                            .set("client_uri", webUri(each.uri))
                            .set("sessions", std::to_string(each.sessions))
                            .set("since", readableTime(each.since))
                            .set("last_active", readableTime(each.lastActiveAt)));
    }
    View view;
    view.set("none", items.empty()).set("clients", std::move(items)).set("older", older).set("newest", further ? std::optional<std::string>("/account/applications") : std::nullopt);
    return view;
}

std::vector<Sample> ApplicationsPage::samples() {
    const ConnectedClient full{.id = {}, .name = "Example", .uri = "https://app.example.com/", .sessions = 2, .since = {}, .lastActiveAt = Instant{}};
    const auto sample = [](std::vector<ConnectedClient> clients, bool further, const char* done) {
        return accountSample("account-applications", view(std::move(clients), further).add(doneView(http::Parameters::parse(std::string("done=") + done).value(), {"ended", "nothing"})));
    };
    return {sample({full, {}}, false, ""), sample({}, true, "ended"), sample(std::vector<ConnectedClient>(kPerPage + 1), false, "nothing")};
}

}  // namespace latchkey::account
