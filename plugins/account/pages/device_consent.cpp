// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/device_consent.h"

#include "domain/clock.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/store.h"
#include "plugins/account/oauth/scope_view.h"
#include "plugins/account/profile/display_name.h"
#include "plugins/account/record.h"

namespace latchkey::account {

using State = DeviceCodeGrant::State;

namespace {

View formView(const Settings& settings, const DeviceCodeGrant& grant, const Client& client, const std::string& username) {
    View view;
    view.set("action", settings.local("/device/" + grant.id.text()))
        .set("next_kind", "continue_device_code_grant")
        .set("next_id", grant.id.text())
        .set("client_name", clientName(client))
        .set("mxid", "@" + username + ":" + settings.serverName);
    return view;
}

}  // namespace

http::Response DeviceConsentPage::get(const http::Request& request) { return walk(request, false); }
http::Response DeviceConsentPage::post(const http::Request& request) { return walk(request, true); }

http::Response DeviceConsentPage::walk(const http::Request& request, bool posted) {
    Visit visit(site_, request);
    const auto form = posted ? std::optional(visit.form()) : std::nullopt;
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    const Pending pending = find(request);
    const BrowserSession* session = visit.session();
    if (session == nullptr) {
        const PostAuthAction next{PostAuthAction::Kind::continueDeviceCodeGrant, pending.grant.id, {}, {}};
        return visit.redirect(next.appendedTo("/login"));
    }
    if (pending.grant.state != State::pending) return done(visit, pending.grant.state != State::rejected);
    const auto found = violations(pending, session->user, request);
    visit.withForm();
    if (form && form->get("action") == "reject") return decide(visit, pending, *form);
    if (!found.empty()) return visit.page(200, "policy-violation", refusal(site_.settings, pending, session->user.username, found));
    if (form && form->get("confirm_device")) return decide(visit, pending, *form);
    return visit.page(200, "device-consent", view(site_.settings, pending, session->user.username, posted).set("display_name", displayNameOf(site_, session->user.username)));
}

DeviceConsentPage::Pending DeviceConsentPage::find(const http::Request& request) const {
    const auto id = Ulid::parse(request.parameter("id"));
    if (!id) throw http::HttpError(400, "Bad Request", "the id is none");
    const auto work = site_.store.reading();
    auto grant = work->deviceCodeGrants().find(*id);
    if (!grant || grant->expiresAt <= currentTime()) throw http::HttpError(404, "Not Found", "the device code is unknown or expired");
    auto client = work->clients().find(grant->clientId);
    if (!client) throw http::HttpError(404, "Not Found", "the device code's client is gone");
    return {std::move(*grant), std::move(*client)};
}

PolicyViolations DeviceConsentPage::violations(const Pending& pending, const User& user, const http::Request& request) const {
    const SessionCounts counts = site_.store.reading()->oauthSessions().countActiveOf(user.id);
    return policy_
        .grant({.client = pending.client,
                .user = &user,
                .sessions = counts,
                .scope = pending.grant.scope,
                .grantType = "urn:ietf:params:oauth:grant-type:device_code",
                .requester = requesterOf(request)})
        .violations;
}

http::Response DeviceConsentPage::decide(Visit& visit, const Pending& pending, const http::Parameters& form) {
    const bool reject = form.get("action") == "reject";
    const Ulid session = visit.session()->id;
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    auto& grants = work->deviceCodeGrants();
    const bool changed = reject ? grants.reject(pending.grant.id, session, now) : grants.fulfil(pending.grant.id, session, visit.language(), now);
    if (!changed) throw http::HttpError(409, "Conflict", "the device code was decided before");
    work->commit();
    record(site_, visit.request(), reject ? EventKind::consentDenied : EventKind::consentGranted, [&](Event& event) {
        event.method = "device_code";
        event.about(visit.session()->user);
        event.clientId = pending.client.id;
        if (!reject) event.scope = pending.grant.scope.text();
    });
    return done(visit, !reject);
}

http::Response DeviceConsentPage::done(Visit& visit, bool allowed) {
    return visit.page(200, "device-done", View().set("allowed", allowed));
}

View DeviceConsentPage::view(const Settings& settings, const Pending& pending, const std::string& username, bool unconfirmed) {
    View view = formView(settings, pending.grant, pending.client, username);
    view.add(scopeView(pending.grant.scope)).set("ip", pending.grant.ipAddress).set("user_agent", pending.grant.userAgent).set("unconfirmed", unconfirmed);
    return view;
}

View DeviceConsentPage::refusal(const Settings& settings, const Pending& pending, const std::string& username, const PolicyViolations& violations) {
    return formView(settings, pending.grant, pending.client, username).set("violations", violationViews(violations)).set("deny", false);
}

std::vector<Sample> DeviceConsentPage::samples() {
    Settings settings;
    settings.serverName = "example.com";
    Pending plain;
    plain.client.name = "Example TV";
    plain.grant.scope = Scope({"openid", std::string(kScopeApiStable)});
    Pending full = plain;
    full.grant.ipAddress = "192.0.2.7";
    full.grant.userAgent = "ExampleTV/1.0";
    const auto sample = [](const char* page, View view) { return Sample{page, view.set("csrf", "sample")}; };
    const PolicyViolations why{{.message = "not allowed", .code = "too-many-sessions", .field = {}, .redirectUri = false, .needToRemove = 1}};
    const std::optional<std::string> none;
    return {sample("device-consent", view(settings, plain, "alice", false).set("display_name", none)),
            sample("device-consent", view(settings, full, "alice", true).set("display_name", "Alice")),
            sample("policy-violation", refusal(settings, plain, "alice", why)),
            {"device-done", View().set("allowed", true)},
            {"device-done", View().set("allowed", false)}};
}

}  // namespace latchkey::account
