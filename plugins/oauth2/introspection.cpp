// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/introspection.h"

#include "domain/clock.h"
#include "domain/compat/token_repository.h"
#include "domain/oauth2/token_repository.h"
#include "domain/personal/session.h"
#include "domain/secret.h"
#include "domain/token/token_format.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

std::int64_t seconds(Instant at) { return at.us / 1'000'000; }

// Of sessions by Matrix's own API: all of the client API, and the device. Nothing if the caller reads devices from the scope only,
// and this one cannot stand there.
std::optional<Scope> compatScope(const CompatSession& session, bool explicitDevice) {
    std::vector<std::string> tokens{std::string(kScopeApiStable)};
    if (session.isSynapseAdmin) tokens.emplace_back(kScopeSynapseAdmin);
    if (session.deviceId && !explicitDevice) {
        const std::string device = std::string(kScopeDeviceStable) + *session.deviceId;
        const auto parsed = Scope::parse(device);
        if (!parsed || parsed->tokens().size() != 1) return std::nullopt;
        tokens.push_back(device);
    }
    return Scope(std::move(tokens)).normalized();
}

JsonObject describedCompat(const CompatSession& session, const User& user, const Scope& scope, const char* type, Instant createdAt) {
    JsonObject json;
    json.flag("active", true).text("scope", scope.text()).text("client_id", "legacy").text("username", user.username).text("token_type", type);
    json.text("sub", user.id.text()).number("iat", seconds(createdAt)).number("nbf", seconds(createdAt));
    if (session.deviceId) json.text("device_id", *session.deviceId);
    return json;
}

bool mayAct(const User& user) { return !user.lockedAt && !user.deactivatedAt; }

// A hint that names the other kind, or something unknown, describes another token than this one.
bool hintFits(const std::optional<std::string>& hint, const char* type) { return !hint || *hint == type; }

OAuthMetrics::Kind kindOf(const std::string& token) {
    using Kind = OAuthMetrics::Kind;
    const auto kind = tokenKind(token);
    if (!kind) return Kind::other;
    switch (*kind) {
    case TokenKind::access: return Kind::access;
    case TokenKind::refresh: return Kind::refresh;
    case TokenKind::compatAccess: return Kind::compatAccess;
    case TokenKind::compatRefresh: return Kind::compatRefresh;
    case TokenKind::personalAccess: return Kind::personalAccess;
    }
    return Kind::other;
}

}  // namespace

void Introspection::requireCaller(const http::Request& request, const Form& form) const {
    const ClientCredentials credentials = ClientCredentials::from(request, form);
    if (credentials.method == ClientCredentials::Method::bearer) return requireHomeserver(request, credentials.secret);
    if (clients_.authenticate(request, credentials).isPublic()) throw OAuthError(401, "access_denied", "a public client may not introspect tokens");
}

// The right secret is never refused: all that people do hangs on it, and whoever shares the homeserver's address must not shut it out.
void Introspection::requireHomeserver(const http::Request& request, const std::string& secret) const {
    if (!homeserverSecret_.empty() && constantTimeEquals(secret, homeserverSecret_)) return;
    const std::string ip = request.clientIp.value_or("unknown");
    guard_.requireOpen(RateLimiter::Bucket::clientSecretPerIp, ip);
    guard_.failed(RateLimiter::Bucket::clientSecretPerIp, ip);
    throw OAuthError(401, "access_denied", "the bearer token is not the homeserver's secret");
}

http::Response Introspection::post(const http::Request& request) const {
    const Form form = Form::parse(request);
    requireCaller(request, form);
    const std::string token = form.required("token");
    const bool explicitDevice = request.headers.get("X-MAS-Supports-Device-Id") == "1";
    const auto found = answer(token, form.optional("token_type_hint"), explicitDevice);
    metrics_.introspection(kindOf(token), found.has_value());
    return http::json(200, found.value_or("{\"active\":false}")).noStore();
}

std::optional<std::string> Introspection::answer(const std::string& token, const std::optional<std::string>& hint, bool explicitDevice) const {
    const auto kind = tokenKind(token);
    if (kind == TokenKind::access && hintFits(hint, "access_token")) return access(token);
    if (kind == TokenKind::refresh && hintFits(hint, "refresh_token")) return refresh(token);
    if (kind == TokenKind::compatAccess && hintFits(hint, "access_token")) return compatAccess(token, explicitDevice);
    if (kind == TokenKind::compatRefresh && hintFits(hint, "refresh_token")) return compatRefresh(token, explicitDevice);
    if (kind == TokenKind::personalAccess && hintFits(hint, "access_token")) return personal(token);
    return std::nullopt;
}

// Who is no administrator any more has the scopes of one no longer, whatever the token was made with (RFC 7662 §2.2).
Scope Introspection::standing(const Scope& granted, const std::optional<User>& user, const Ulid& clientId) const {
    const bool lost = granted.administers() && !policy_.keepsAdmin(user ? &*user : nullptr, clientId);
    return (lost ? granted.withoutAdmin() : granted).normalized();
}

JsonObject Introspection::described(const OAuthSession& session, const std::optional<User>& user, const char* type) const {
    JsonObject json;
    const Scope scope = standing(session.scope, user, session.clientId);
    json.flag("active", true).text("scope", scope.text()).text("client_id", session.clientId.text());
    if (user) json.text("username", user->username);
    json.text("token_type", type);
    if (user) json.text("sub", user->id.text());
    return json;
}

std::optional<std::string> Introspection::access(const std::string& token) const {
    const Instant now = currentTime();
    const auto found = store_.reading()->tokens().findAccess(token);
    if (!found || !found->usableAt(now)) return std::nullopt;
    if (!found->token.firstUsedAt) store_.reading()->tokens().markUsed(found->token.id, now);
    activity_.record({SessionKind::oauth2, found->session.id, now, {}});
    JsonObject json = described(found->session, found->user, "access_token");
    if (found->token.expiresAt) json.number("exp", seconds(*found->token.expiresAt)).number("expires_in", std::max<std::int64_t>(0, seconds(*found->token.expiresAt) - seconds(now)));
    json.number("iat", seconds(found->token.createdAt)).number("nbf", seconds(found->token.createdAt)).text("jti", found->token.id.text());
    return json.str();
}

std::optional<std::string> Introspection::refresh(const std::string& token) const {
    const Instant now = currentTime();
    const auto found = store_.reading()->tokens().findRefresh(token);
    if (!found || !found->usable()) return std::nullopt;
    activity_.record({SessionKind::oauth2, found->session.id, now, {}});
    JsonObject json = described(found->session, found->user, "refresh_token");
    json.number("iat", seconds(found->token.createdAt)).number("nbf", seconds(found->token.createdAt)).text("jti", found->token.id.text());
    return json.str();
}

std::optional<std::string> Introspection::compatAccess(const std::string& token, bool explicitDevice) const {
    const Instant now = currentTime();
    const auto found = store_.reading()->compatTokens().findAccess(token);
    if (!found || !found->validAt(now) || !mayAct(found->user)) return std::nullopt;
    const auto scope = compatScope(found->session, explicitDevice);
    if (!scope) return std::nullopt;
    activity_.record({SessionKind::compat, found->session.id, now, {}});
    JsonObject json = describedCompat(found->session, found->user, *scope, "access_token", found->token.createdAt);
    if (found->token.expiresAt) json.number("exp", seconds(*found->token.expiresAt)).number("expires_in", std::max<std::int64_t>(0, seconds(*found->token.expiresAt) - seconds(now)));
    return json.str();
}

std::optional<std::string> Introspection::compatRefresh(const std::string& token, bool explicitDevice) const {
    const Instant now = currentTime();
    const auto found = store_.reading()->compatTokens().findRefresh(token);
    if (!found || !found->valid() || !mayAct(found->user)) return std::nullopt;
    const auto scope = compatScope(found->session, explicitDevice);
    if (!scope) return std::nullopt;
    activity_.record({SessionKind::compat, found->session.id, now, {}});
    return describedCompat(found->session, found->user, *scope, "refresh_token", found->token.createdAt).str();
}

std::optional<std::string> Introspection::personal(const std::string& token) const {
    const Instant now = currentTime();
    const auto found = store_.reading()->personalSessions().findAccess(token);
    if (!found || !found->usableAt(now)) return std::nullopt;
    activity_.record({SessionKind::personal, found->session.id, now, {}});
    const Scope scope = standing(found->session.scope, found->owner, found->session.ownerClientId.value_or(Ulid{}));
    JsonObject json;
    json.flag("active", true).text("scope", scope.text());
    if (found->session.ownerClientId) json.text("client_id", found->session.ownerClientId->text());
    json.text("username", found->actor.username).text("token_type", "access_token").text("sub", found->actor.id.text());
    if (found->token.expiresAt) json.number("exp", seconds(*found->token.expiresAt)).number("expires_in", std::max<std::int64_t>(0, seconds(*found->token.expiresAt) - seconds(now)));
    json.number("iat", seconds(found->token.createdAt)).number("nbf", seconds(found->token.createdAt)).text("jti", found->token.id.text());
    return json.str();
}

}  // namespace latchkey::oauth2
