// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/consent.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/client_repository.h"
#include "domain/store.h"
#include "plugins/account/oauth/delivery.h"
#include "plugins/account/oauth/scope_view.h"
#include "plugins/account/profile/display_name.h"
#include "plugins/account/record.h"

namespace latchkey::account {

namespace {

// What the two forms of the page need besides the token: this page again, and the way back here with another account.
View formView(const Settings& settings, const PendingGrant& pending, const std::string& username) {
    View view;
    view.set("action", settings.local("/consent/" + pending.grant.id.text()))
        .set("next_kind", "continue_authorization_grant")
        .set("next_id", pending.grant.id.text())
        .add(clientView(pending.client))
        .set("client_host", targetHostOf(pending.grant.redirectUri))
        .set("mxid", "@" + username + ":" + settings.serverName);
    return view;
}

}  // namespace

http::Response ConsentPage::get(const http::Request& request) { return walk(request, false); }
http::Response ConsentPage::post(const http::Request& request) { return walk(request, true); }

http::Response ConsentPage::walk(const http::Request& request, bool posted) {
    const auto id = Ulid::parse(request.parameter("id"));
    if (!id) throw http::HttpError(400, "Bad Request", "the id is none");
    auto pending = findGrant(site_.store, *id);
    Visit visit(site_, request, pending ? uiLocales(pending->grant) : std::vector<std::string>());
    const auto form = posted ? std::optional(visit.form()) : std::nullopt;
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    if (!pending) throw http::HttpError(404, "Not Found", "there is no such grant");
    if (pending->grant.state != AuthorizationGrant::State::pending) throw http::HttpError(409, "Conflict", "the grant was decided before");
    if (form && form->get("action") == "deny") {
        if (!approval_.deny(*pending)) throw http::HttpError(409, "Conflict", "the grant was decided before");
        record(site_, request, EventKind::consentDenied, [&](Event& event) {
            event.method = "authorization_code";
            if (const BrowserSession* by = visit.session()) event.about(by->user);
            event.clientId = pending->client.id;
        });
        return deliverError(visit, targetOf(pending->grant), "access_denied", "the person did not agree");
    }
    const BrowserSession* session = visit.session();
    if (session == nullptr) return visit.redirect(entryPath(pending->grant, site_.settings.registration.enabled));
    if (wantsLogin(site_.store, pending->grant, *session)) return visit.redirect(loginPath(pending->grant));
    const Approval::Verdict verdict = approval_.decide(*pending, *session, request);
    visit.withForm().leadingTo(pending->grant.redirectUri);
    if (!verdict.violations.empty()) return visit.page(200, "policy-violation", refusal(site_.settings, *pending, session->user.username, verdict.violations));
    if (!posted && verdict.ask) return visit.page(200, "consent", view(site_.settings, *pending, session->user.username, verdict.scope).set("display_name", displayNameOf(site_, session->user.username)));
    return decided(visit, *pending, verdict);
}

http::Response ConsentPage::decided(Visit& visit, const PendingGrant& pending, const Approval::Verdict& verdict) {
    const auto code = approval_.approve(pending, visit.session()->id, verdict, visit.request());
    if (!code) throw http::HttpError(409, "Conflict", "the grant was decided before");
    return deliver(visit, targetOf(pending.grant), {{"code", *code}});
}

View ConsentPage::view(const Settings& settings, const PendingGrant& pending, const std::string& username, const Scope& scope) {
    View view = formView(settings, pending, username);
    view.add(scopeView(scope))
        .set("client_uri", pending.client.clientUri)
        .set("client_policy_uri", pending.client.policyUri)
        .set("client_tos_uri", pending.client.tosUri)
        .set("client_links", pending.client.policyUri || pending.client.tosUri);
    return view;
}

View ConsentPage::refusal(const Settings& settings, const PendingGrant& pending, const std::string& username, const PolicyViolations& violations) {
    return formView(settings, pending, username).set("violations", violationViews(violations)).set("deny", true);
}

std::vector<Sample> ConsentPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    PendingGrant plain, full;
    plain.grant.redirectUri = "io.example.app:/callback";
    plain.client.name = "Example";
    full = plain;
    full.grant.redirectUri = "https://app.example.com/callback";
    full.client.name = "\u0415xample";  // a Cyrillic letter
    full.client.clientUri = full.client.policyUri = full.client.tosUri = "https://app.example.com/";
    const Scope all({"openid", "email", std::string(kScopeApiStable), std::string(kScopeAdmin), std::string(kScopeSynapseAdmin), "urn:example:other"});
    const PolicyViolations why{{.message = "not allowed", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
    const auto sample = [](const char* page, View view) { return Sample{page, view.set("csrf", "sample")}; };
    const std::optional<std::string> none;
    return {sample("consent", view(settings, plain, "alice", Scope({"openid"})).set("display_name", none)), sample("consent", view(settings, full, "alice", all).set("display_name", "Alice")),
            sample("policy-violation", refusal(settings, full, "alice", why))};
}

}  // namespace latchkey::account
