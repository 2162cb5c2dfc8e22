// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/device_consent.h"

#include "domain/clock.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/store.h"
#include "plugins/account/oauth/scope_view.h"
#include "plugins/account/profile/display_name.h"
#include "plugins/account/record.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>

namespace latchkey::account {

using State = DeviceCodeGrant::State;

namespace {

View formView(const Settings& settings, const DeviceCodeGrant& grant, const Client& client, const std::string& username) {
    View view;
    view.set("action", settings.local("/device/" + grant.id.text()))
        .set("next_kind", "continue_device_code_grant")
        .set("next_id", grant.id.text())
        .add(clientView(client))
        .set("mxid", "@" + username + ":" + settings.serverName);
    return view;
}

// The same in every language.
std::string minuteOf(Instant at) {
    const Poco::Timestamp time(at.us);
    return Poco::DateTimeFormatter::format(time, "%Y-%m-%d %H:%M UTC");
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
    if (form && form->get("action") == "reject") return reject(visit, pending);
    const Approval::Verdict verdict = approval_.decide(pending.grant, pending.client, *session, request);
    visit.withForm();
    if (!verdict.violations.empty()) return visit.page(200, "policy-violation", refusal(site_.settings, pending, session->user.username, verdict.violations));
    if (form && form->get("confirm_device")) return allow(visit, pending, verdict);
    const View page = view(site_.settings, pending, session->user.username, verdict, posted).set("display_name", displayNameOf(site_, session->user.username));
    return visit.page(200, "device-consent", page);
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

http::Response DeviceConsentPage::allow(Visit& visit, const Pending& pending, const Approval::Verdict& verdict) {
    const bool allowed = approval_.approve(pending.grant, visit.session()->id, visit.language(), verdict);
    if (!allowed) throw http::HttpError(409, "Conflict", "the device code was decided before");
    recordDecision(visit, pending, EventKind::consentGranted, verdict.scope);
    return done(visit, true);
}

http::Response DeviceConsentPage::reject(Visit& visit, const Pending& pending) {
    const auto work = site_.store.begin();
    const bool rejected = work->deviceCodeGrants().reject(pending.grant.id, visit.session()->id, currentTime());
    if (!rejected) throw http::HttpError(409, "Conflict", "the device code was decided before");
    work->commit();
    recordDecision(visit, pending, EventKind::consentDenied, {});
    return done(visit, false);
}

void DeviceConsentPage::recordDecision(Visit& visit, const Pending& pending, EventKind kind, const std::optional<Scope>& granted) const {
    record(site_, visit.request(), kind, [&](Event& event) {
        event.method = "device_code";
        event.about(visit.session()->user);
        event.clientId = pending.client.id;
        if (granted) event.scope = granted->text();
    });
}

http::Response DeviceConsentPage::done(Visit& visit, bool allowed) {
    return visit.page(200, "device-done", View().set("allowed", allowed));
}

View DeviceConsentPage::view(const Settings& settings, const Pending& pending, const std::string& username, const Approval::Verdict& verdict, bool unconfirmed) {
    View view = formView(settings, pending.grant, pending.client, username);
    view.add(scopeView(verdict.scope))
        .set("agreed", !verdict.ask)
        .set("ip", pending.grant.ipAddress)
        .set("user_agent", pending.grant.userAgent)
        .set("asked_at", minuteOf(pending.grant.createdAt))
        .set("unconfirmed", unconfirmed);
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
    full.client.name = "\u0415xample TV";  // a Cyrillic letter
    Approval::Verdict ask, agreed;
    ask.scope = agreed.scope = plain.grant.scope;
    agreed.ask = false;
    full.grant.ipAddress = "192.0.2.7";
    full.grant.userAgent = "ExampleTV/1.0";
    const auto sample = [](const char* page, View view) { return Sample{page, view.set("csrf", "sample")}; };
    const PolicyViolations why{{.message = "not allowed", .code = "too-many-sessions", .field = {}, .redirectUri = false, .needToRemove = 1}};
    const std::optional<std::string> none;
    return {sample("device-consent", view(settings, plain, "alice", ask, false).set("display_name", none)),
            sample("device-consent", view(settings, full, "alice", agreed, true).set("display_name", "Alice")),
            sample("policy-violation", refusal(settings, plain, "alice", why)),
            {"device-done", View().set("allowed", true)},
            {"device-done", View().set("allowed", false)}};
}

}  // namespace latchkey::account
