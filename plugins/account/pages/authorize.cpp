// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/authorize.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/client_repository.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"
#include "plugins/account/oauth/delivery.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>

namespace latchkey::account {

namespace {

constexpr std::string_view kPushedPrefix = "urn:ietf:params:oauth:request_uri:";
constexpr std::size_t kCodeCharacters = 32;

std::string first(const AuthorizationParameters& parameters, std::string_view name) {
    const auto found = std::ranges::find(parameters, name, &AuthorizationParameters::value_type::first);
    return found == parameters.end() ? std::string() : found->second;
}

std::string toJson(const AuthorizationParameters& parameters) {
    Poco::JSON::Object object;
    for (const auto& [name, value] : parameters) object.set(name, value);
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

// The token itself is not kept.
void putHint(AuthorizationParameters& parameters, const std::optional<Ulid>& user) {
    std::erase_if(parameters, [](const auto& each) { return each.first == "id_token_hint"; });
    if (user) parameters.emplace_back("id_token_hint", user->text());
}

AuthorizationParameters fromJson(const std::string& json) {
    AuthorizationParameters parameters;
    Poco::JSON::Parser parser;
    for (const auto& [name, value] : *parser.parse(json).extract<Poco::JSON::Object::Ptr>()) parameters.emplace_back(name, value.convert<std::string>());
    return parameters;
}

// What a client said of all of its requests when it registered itself; static ones have no such metadata.
Poco::JSON::Object::Ptr registeredMetadata(UnitOfWork& work, const Client& client) {
    const auto registration = client.isStatic ? std::nullopt : work.clients().registration(client.id);
    Poco::JSON::Parser parser;
    return parser.parse(registration ? registration->metadata : "{}").extract<Poco::JSON::Object::Ptr>();
}

// OpenID Connect Registration §2: default_max_age counts where the request says nothing.
void putDefaultMaxAge(AuthorizationParameters& parameters, const Poco::JSON::Object& metadata) {
    if (!first(parameters, "max_age").empty() || !metadata.has("default_max_age")) return;
    std::erase_if(parameters, [](const auto& each) { return each.first == "max_age"; });
    parameters.emplace_back("max_age", metadata.getValue<std::string>("default_max_age"));
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> all;
    for (std::string word; stream >> word;) all.push_back(word);
    return all;
}

AuthorizationParameters decoded(const std::optional<http::Parameters>& parameters) {
    if (!parameters) throw http::HttpError(400, "Bad Request", "the parameters cannot be decoded");
    return parameters->items();
}

}  // namespace

http::Response AuthorizePage::get(const http::Request& request) {
    const AuthorizationParameters given = decoded(request.query());
    Visit visit(site_, request, words(first(given, "ui_locales")));
    return answer(visit, given, true);
}

// Comes from the client's site, so without our SameSite cookies: who is logged in shows at the next step only. An answer that hangs on
// that is asked for once more, by GET; what was pushed may ask for one.
http::Response AuthorizePage::post(const http::Request& request) {
    if (request.mediaType() != "application/x-www-form-urlencoded") throw http::HttpError(415, "Unsupported Media Type", "the body is no form");
    const AuthorizationParameters given = decoded(http::Parameters::parse(request.body));
    Visit visit(site_, request, words(first(given, "ui_locales")));
    const bool again = std::ranges::count(words(first(given, "prompt")), "none") > 0 || !first(given, "request_uri").empty();
    return again ? visit.redirect("/authorize?" + formEncode(given)) : answer(visit, given, false);
}

http::Response AuthorizePage::answer(Visit& visit, const AuthorizationParameters& given, bool sessionKnown) {
    try {
        return accept(visit, given, sessionKnown);
    } catch (const AuthorizationRejection& rejection) {
        if (rejection.target()) return deliverError(visit, *rejection.target(), rejection.code(), rejection.description());
        return error_.show(400, visit.request(), rejection.what());
    } catch (const BrokenReference& gone) {  // nobody used the client until now, and so it was removed just now
        if (!gone.toClient()) throw;
        return error_.show(400, visit.request(), "invalid_client: the client is not known");
    }
}

http::Response AuthorizePage::accept(Visit& visit, const AuthorizationParameters& given, bool sessionKnown) {
    AuthorizationParameters parameters = pushed(given);
    const AuthorizationRequest asked = parse(parameters);
    const auto hint = hinted(asked);
    putHint(parameters, hint);
    const BrowserSession* session = sessionKnown ? visit.session() : nullptr;
    if (asked.promptNone && session == nullptr) return deliverError(visit, asked.target, "login_required", "nobody is logged in");
    if (asked.promptNone && asked.idTokenHint && !hint) return deliverError(visit, asked.target, "login_required", "id_token_hint is none of this server's for this client");
    const PendingGrant pending = remember(asked, given, parameters, visit.language());
    if (asked.promptNone) return withoutInteraction(visit, pending);
    const PostAuthAction next{PostAuthAction::Kind::continueAuthorizationGrant, pending.grant.id, {}, {}};
    if (!sessionKnown) return visit.redirect(next.destination());
    if (session != nullptr && !wantsLogin(site_.store, pending.grant, *session)) return visit.redirect(next.destination());
    return visit.redirect(session == nullptr ? entryPath(pending.grant, site_.settings.registration.enabled) : loginPath(pending.grant));
}

AuthorizationRequest AuthorizePage::parse(const AuthorizationParameters& given) const {
    const auto findClient = [this](const std::string& clientId) -> std::optional<Client> {
        const auto id = Ulid::parse(clientId);
        return id ? site_.store.reading()->clients().find(*id) : std::nullopt;
    };
    return AuthorizationRequest::parse(given, findClient, {.plainCodeChallenge = site_.settings.plainCodeChallenge, .keys = &keys_});
}

// Made for another client it counts for nothing: who found it somewhere learns nothing with it.
std::optional<Ulid> AuthorizePage::hinted(const AuthorizationRequest& asked) const {
    if (!asked.idTokenHint) return std::nullopt;
    const auto hint = idTokens_.read(*asked.idTokenHint);
    return hint && hint->client.id == asked.client.id ? Ulid::parse(hint->subject) : std::nullopt;
}

// RFC 9126 §4: what was pushed counts, and nothing else.
AuthorizationParameters AuthorizePage::pushed(const AuthorizationParameters& given) const {
    const std::string uri = first(given, "request_uri");
    if (!uri.starts_with(kPushedPrefix)) return given;
    const auto clientId = Ulid::parse(first(given, "client_id"));
    if (!clientId) throw AuthorizationRejection("invalid_request", "client_id is missing");
    const auto work = site_.store.begin();
    const auto json = work->authorizationGrants().takePushed(uri, *clientId, currentTime());
    work->commit();
    if (!json) throw AuthorizationRejection("invalid_request_uri", "request_uri is unknown, expired or used already");
    return fromJson(*json);
}

PendingGrant AuthorizePage::remember(const AuthorizationRequest& asked, const AuthorizationParameters& given, AuthorizationParameters parameters,
                                     const std::string& language) const {
    AuthorizationGrant grant;
    grant.createdAt = currentTime();
    grant.id = newId(grant.createdAt);
    grant.clientId = asked.client.id;
    grant.redirectUri = asked.target.redirectUri;
    grant.redirectUriGiven = asked.redirectUriGiven;
    grant.scope = asked.scope;
    grant.clientState = asked.target.state;
    grant.nonce = asked.nonce;
    grant.responseMode = asked.target.mode;
    grant.challenge = asked.challenge;
    grant.loginHint = asked.loginHint;
    grant.locale = language;
    const auto work = site_.store.begin();
    const Poco::JSON::Object::Ptr metadata = registeredMetadata(*work, asked.client);
    putDefaultMaxAge(parameters, *metadata);
    grant.rawParameters = toJson(parameters);
    if (first(given, "request_uri").empty() && metadata->optValue("require_pushed_authorization_requests", false)) {  // RFC 9126 §6
        throw AuthorizationRejection("invalid_request", "this client said that it pushes its requests: request_uri is missing", asked.target);
    }
    work->authorizationGrants().add(grant, randomAlphanumerics(kCodeCharacters));
    work->commit();
    return {std::move(grant), asked.client};
}

// prompt=none: an answer at once, whatever it is.
http::Response AuthorizePage::withoutInteraction(Visit& visit, const PendingGrant& pending) {
    const AuthorizationTarget target = targetOf(pending.grant);
    const BrowserSession& session = *visit.session();
    const auto refuse = [&](const char* code, const char* why) {
        approval_.deny(pending);
        return deliverError(visit, target, code, why);
    };
    if (wantsLogin(site_.store, pending.grant, session)) return refuse("login_required", "the log-in is too old, or somebody else's");
    const Approval::Verdict verdict = approval_.decide(pending, session, visit.request());
    if (!verdict.violations.empty()) return refuse("access_denied", "the policy of this server does not allow it");
    if (verdict.ask) return refuse("consent_required", "the person must agree first");
    const auto code = approval_.approve(pending, session.id, verdict, visit.request());
    return code ? deliver(visit, target, {{"code", *code}}) : refuse("login_required", "the session has ended");
}

}  // namespace latchkey::account
