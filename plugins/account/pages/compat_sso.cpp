// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/compat_sso.h"

#include "domain/clock.h"
#include "domain/compat/redirect_url.h"
#include "domain/oauth2/session_repository.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/oauth/scope_view.h"
#include "plugins/account/post_auth_action.h"
#include "plugins/account/profile/display_name.h"

namespace latchkey::account {

namespace {

constexpr std::size_t kTokenCharacters = 32;

// The first of the two that says something counts, as at login/sso/redirect, which sends both.
bool wantsToRegister(const http::Request& request) {
    const auto query = request.query();
    for (const char* name : {"action", "org.matrix.msc3824.action"}) {
        const std::string_view action = query ? query->get(name).value_or("") : "";
        if (action == "login" || action == "register") return action == "register";
    }
    return false;
}

http::Response expired(Visit& visit) { return visit.page(200, "compat-sso-expired", View()); }

}  // namespace

http::Response CompatSsoPage::walk(const http::Request& request, bool posted) {
    Visit visit(site_, request);
    if (posted) visit.form();
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    const CompatSsoLogin login = find(request);
    const BrowserSession* session = visit.session();
    if (session == nullptr) {
        const PostAuthAction next{PostAuthAction::Kind::continueCompatSsoLogin, login.id, {}, {}};
        const bool anew = site_.settings.registration.enabled && wantsToRegister(request);
        return visit.redirect(next.appendedTo(anew ? "/register" : "/login"));
    }
    // A row that MAS made may hold what is not taken today.
    if (!login.pending() || !login.approvableAt(currentTime()) || !isRedirectUrl(login.redirectUri)) return expired(visit);
    const auto found = violations(login, session->user, request);
    View page = view(site_.settings, login, session->user.username);
    if (!found.empty()) return visit.withForm().page(403, "policy-violation", page.set("violations", violationViews(found)).set("deny", false));
    if (posted) return approve(visit, login);
    return visit.withForm().leadingTo(login.redirectUri).page(200, "compat-sso", page.set("display_name", displayNameOf(site_, session->user.username)));
}

CompatSsoLogin CompatSsoPage::find(const http::Request& request) const {
    const auto id = Ulid::parse(request.parameter("id"));
    if (!id) throw http::HttpError(400, "Bad Request", "the id is none");
    auto login = site_.store.reading()->compatSsoLogins().find(*id);
    if (!login) throw http::HttpError(404, "Not Found", "there is no such log-in");
    return std::move(*login);
}

PolicyViolations CompatSsoPage::violations(const CompatSsoLogin& login, const User& user, const http::Request& request) const {
    const SessionCounts counts = site_.store.reading()->oauthSessions().countActiveOf(user.id);
    return policy_.compatLogin({user, counts, false, "m.login.sso", login.redirectUri, requesterOf(request)});
}

// Of two tabs one wins; the other's token would be worth nothing.
http::Response CompatSsoPage::approve(Visit& visit, const CompatSsoLogin& login) {
    const std::string token = randomAlphanumerics(kTokenCharacters);
    if (!site_.store.reading()->compatSsoLogins().fulfil(login.id, visit.session()->id, token, currentTime())) return expired(visit);
    return visit.redirectTo(withLoginToken(login.redirectUri, token));
}

View CompatSsoPage::view(const Settings& settings, const CompatSsoLogin& login, const std::string& username) {
    return View()
        .set("action", settings.local("/complete-compat-sso/" + login.id.text()))
        .set("next_kind", "continue_compat_sso_login")
        .set("next_id", login.id.text())
        .set("client_name", targetHostOf(login.redirectUri))
        .set("mxid", "@" + username + ":" + settings.serverName);
}

std::vector<Sample> CompatSsoPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    const CompatSsoLogin login{{}, "https://app.example.com/", {}, {}, {}, {}, {}};
    const std::optional<std::string> none;
    return {{"compat-sso", view(settings, login, "alice").set("csrf", "sample").set("display_name", none)},
            {"compat-sso", view(settings, login, "alice").set("csrf", "sample").set("display_name", "Alice")},
            {"compat-sso-expired", View()}};
}

}  // namespace latchkey::account
