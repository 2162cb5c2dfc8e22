// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/introspection.h"

#include "domain/clock.h"
#include "domain/oauth2/token_repository.h"
#include "domain/secret.h"
#include "domain/token/token_format.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

std::int64_t seconds(Instant at) { return at.us / 1'000'000; }

JsonObject described(const OAuthSession& session, const std::optional<User>& user, const char* type) {
    JsonObject json;
    json.flag("active", true).text("scope", session.scope.normalized().text()).text("client_id", session.clientId.text());
    if (user) json.text("username", user->username);
    json.text("token_type", type);
    if (user) json.text("sub", user->id.text());
    return json;
}

// A hint that names the other kind, or something unknown, describes another token than this one.
bool hintFits(const std::optional<std::string>& hint, const char* type) { return !hint || *hint == type; }

OAuthMetrics::Kind kindOf(const std::string& token) {
    const auto kind = tokenKind(token);
    return kind == TokenKind::access ? OAuthMetrics::Kind::access : kind == TokenKind::refresh ? OAuthMetrics::Kind::refresh : OAuthMetrics::Kind::other;
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
    const auto found = answer(token, form.optional("token_type_hint"));
    metrics_.introspection(kindOf(token), found.has_value());
    return http::json(200, found.value_or("{\"active\":false}")).noStore();
}

std::optional<std::string> Introspection::answer(const std::string& token, const std::optional<std::string>& hint) const {
    const auto kind = tokenKind(token);
    if (kind == TokenKind::access && hintFits(hint, "access_token")) return access(token);
    if (kind == TokenKind::refresh && hintFits(hint, "refresh_token")) return refresh(token);
    return std::nullopt;
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

}  // namespace latchkey::oauth2
