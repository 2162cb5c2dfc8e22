// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/client_assertion.h"

#include "domain/jose/claims.h"
#include "plugins/oauth2/oauth_error.h"

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

constexpr std::int64_t kLeewaySeconds = 60;
constexpr std::int64_t kLongestSeconds = 3600;

[[noreturn]] void refuse(const std::string& why) { throw invalidClient("the client assertion is not valid: " + why); }

void requireIdentity(const jose::Claims& claims, const Client& client) {
    const std::string id = client.clientId();
    if (claims.text("iss") != id || claims.text("sub") != id) refuse("iss and sub must be the client_id");
}

// Sent to another server as well, an assertion could be used by that one here.
void requireAudience(const jose::Claims& claims, const std::vector<std::string>& audiences) {
    const std::vector<std::string> named = claims.textOrList("aud");
    const bool ours = !named.empty() && std::ranges::all_of(named, [&](const std::string& each) { return std::ranges::find(audiences, each) != audiences.end(); });
    if (!ours) refuse("aud must be the issuer, and nobody else");
}

Instant requireTimes(const jose::Claims& claims, std::int64_t now) {
    const auto expires = claims.time("exp");
    if (!expires) refuse("exp is missing");
    if (*expires <= now - kLeewaySeconds) refuse("it has expired");
    if (*expires > now + kLongestSeconds + kLeewaySeconds) refuse("exp is more than an hour ahead");
    if (claims.time("nbf").value_or(now) > now + kLeewaySeconds) refuse("nbf is ahead");
    if (claims.time("iat").value_or(now) > now + kLeewaySeconds) refuse("iat is ahead");
    return {(*expires + kLeewaySeconds) * 1'000'000};
}

}  // namespace

CheckedAssertion checkAssertion(const jose::Jws& jws, const Client& client, const std::vector<std::string>& audiences, Instant now) {
    const jose::Claims claims = jose::Claims::parse(jws.payload);
    const auto& registered = client.tokenEndpointAuthSigningAlg;
    if (registered && *registered != jose::algorithmName(jws.algorithm)) refuse("it is not signed with the registered algorithm");
    requireIdentity(claims, client);
    requireAudience(claims, audiences);
    const Instant expires = requireTimes(claims, now.us / 1'000'000);
    const auto jti = claims.text("jti");
    if (!jti || jti->empty() || jti->size() > 256) refuse("jti is missing or too long");
    return {*jti, expires};
}

}  // namespace latchkey::oauth2
