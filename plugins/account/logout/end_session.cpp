// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/logout/end_session.h"

#include "domain/oauth2/authorization_request.h"
#include "domain/oauth2/session_repository.h"
#include "domain/store.h"
#include "plugins/account/oauth/scope_view.h"
#include "plugins/account/pages/logout.h"

namespace latchkey::account {

namespace {

http::Parameters decoded(std::optional<http::Parameters> parameters) {
    if (!parameters) throw http::HttpError(400, "Bad Request", "the parameters cannot be decoded");
    return std::move(*parameters);
}

}  // namespace

void EndSession::mount(http::Routes& routes) {
    const http::RouteOptions form{.bodyLimit = 64 * 1024};
    routes.get(kPath, [this](const http::Request& request) { return get(request); });
    routes.post(kPath, [this](const http::Request& request) { return post(request); }, form);
    routes.post(kConfirmPath, [this](const http::Request& request) { return confirm(request); }, form);
}

http::Response EndSession::get(const http::Request& request) const {
    try {
        const LogoutRequest asked = LogoutRequest::read(decoded(request.query()), site_.store, idTokens_);
        Visit visit(site_, request, asked.uiLocales);
        const BrowserSession* session = visit.session();
        if (session == nullptr) return leave(visit, asked);
        if (!proven(asked, *session)) {
            if (asked.redirectUri) visit.leadingTo(*asked.redirectUri);
            return visit.withForm().page(200, "end-session", view(site_.settings, asked, session->user.username));
        }
        endSession(visit);
        return leave(visit, asked);
    } catch (const LogoutRejection& rejection) {
        return error_.show(400, request, rejection.what());
    }
}

// Comes from the client's site, so without our SameSite cookies: whose session it is shows at the next step only.
http::Response EndSession::post(const http::Request& request) const {
    if (request.mediaType() != "application/x-www-form-urlencoded") throw http::HttpError(415, "Unsupported Media Type", "the body is no form");
    const http::Parameters given = decoded(http::Parameters::parse(request.body));
    std::vector<std::pair<std::string, std::string>> known;
    for (const char* name : {"id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"}) {
        for (const auto& each : given.items()) {
            if (each.first == name) known.push_back(each);
        }
    }
    Visit visit(site_, request);
    return visit.redirect(kPath + (known.empty() ? std::string() : "?" + formEncode(known)));
}

http::Response EndSession::confirm(const http::Request& request) const {
    try {
        const http::Parameters given = decoded(http::Parameters::parse(request.body));
        const LogoutRequest asked = LogoutRequest::read(given, site_.store, idTokens_);
        Visit visit(site_, request, asked.uiLocales);
        const http::Parameters form = visit.form();
        if (form.get("action") != "sign-out") return visit.redirect("/");
        endSession(visit);
        return leave(visit, asked);
    } catch (const LogoutRejection& rejection) {
        return error_.show(400, request, rejection.what());
    }
}

// An ID token of the same person from another browser, or from before the last log-in, is no proof that they want to leave this one.
bool EndSession::proven(const LogoutRequest& asked, const BrowserSession& session) const {
    if (!asked.subject || *asked.subject != session.user.id.text()) return false;
    return site_.store.reading()->oauthSessions().startedFrom(session.id, asked.client->id);
}

http::Response EndSession::leave(Visit& visit, const LogoutRequest& asked) {
    if (const auto location = asked.location()) return visit.redirectTo(*location);
    return visit.page(200, "signed-out", View());
}

View EndSession::view(const Settings& settings, const LogoutRequest& asked, const std::string& username) {
    std::vector<View> fields;
    for (const auto& [name, value] : asked.parameters()) fields.push_back(View().set("name", name).set("value", value));
    View view;
    view.set("action", settings.local(kConfirmPath))
        .set("fields", std::move(fields))
        .set("client_name", asked.client ? std::optional(clientName(*asked.client)) : std::nullopt)
        .set("client_host", asked.redirectUri ? std::optional(targetHostOf(*asked.redirectUri)) : std::nullopt)
        .set("mxid", "@" + username + ":" + settings.serverName);
    return view;
}

std::vector<Sample> EndSession::samples() {
    Settings settings;
    settings.serverName = "example.com";
    LogoutRequest plain, full;
    full.client.emplace();
    full.client->name = "Example";
    full.redirectUri = "https://app.example.com/signed-out";
    full.state = "state";
    return {{"end-session", view(settings, plain, "alice").set("csrf", "sample")}, {"end-session", view(settings, full, "alice").set("csrf", "sample")}, {"signed-out", View()}};
}

}  // namespace latchkey::account
