// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/registration.h"

#include "domain/clock.h"
#include "domain/crypto/encoding.h"
#include "domain/oauth2/client_repository.h"
#include "domain/secret.h"
#include "domain/token/token_digest.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

constexpr std::size_t kAccessTokenLength = 43;  // 256 bits

std::optional<Client> findRenewed(ClientRepository& clients, const std::string& digest, Instant now) {
    auto known = clients.findByMetadataDigest(digest);
    if (known && !clients.renew(known->id, now)) known.reset();  // removed just now, since nobody used it
    return known;
}

Client findOrAdd(ClientRepository& clients, const Client& fresh, const std::string& digest, Instant now) {
    if (auto known = findRenewed(clients, digest, now)) return *known;
    try {
        clients.add(fresh, digest, now);
        return fresh;
    } catch (const Conflict&) {  // somebody else was first; or the digest belongs to a client that has a secret, which is not shared
        if (auto known = findRenewed(clients, digest, now)) return *known;
        clients.add(fresh, std::nullopt, now);
        return fresh;
    }
}

}  // namespace

http::Response Registration::post(const http::Request& request) const {
    const ClientMetadata asked = registrar_.read(request);
    if (const auto wait = limiter_.take(RateLimiter::Bucket::clientRegistrationPerIp, request.clientIp.value_or("unknown"))) {
        return errorResponse(429, "slow_down", "too many clients were registered from this address: try again later").header("Retry-After", std::to_string(*wait));
    }
    requireAllowed(asked, request);
    const ClientMetadata metadata = registrar_.completed(asked);
    return usesSecret(metadata) ? registerWithSecret(metadata) : registerShared(metadata, hex(sha256(asked.canonical())));
}

void Registration::requireAllowed(const ClientMetadata& asked, const http::Request& request) const {
    try {
        registrar_.requireAllowed(asked, request);
    } catch (const OAuthError&) {
        metrics_.registration(OAuthMetrics::Registration::denied);
        throw;
    }
}

http::Response Registration::registerWithSecret(const ClientMetadata& metadata) const {
    const Instant now = currentTime();
    const std::string token = randomAlphanumerics(kAccessTokenLength);
    const ClientInformation information{.id = newId(now), .secret = newClientSecret(), .accessToken = token, .metadata = metadata.kept()};
    const auto work = store_.begin();
    work->clients().add(registrar_.client(information.id, metadata, information.secret), std::nullopt, now);
    work->clients().setRegistration(information.id, {tokenDigest(token), information.metadata}, now);
    work->commit();
    metrics_.registration(OAuthMetrics::Registration::created);
    noteLookalikes(information.id, metadata);
    return registrar_.answer(201, information);
}

http::Response Registration::registerShared(ClientMetadata metadata, const std::string& digest) const {
    const Instant now = currentTime();
    const auto work = store_.begin();
    const Client fresh = registrar_.client(newId(now), metadata, std::nullopt);
    const Client client = findOrAdd(work->clients(), fresh, digest, now);
    metadata.set("grant_types", grantTypes(client));  // when it was registered first another set may have been on offer
    const ClientInformation information{.id = client.id, .secret = {}, .accessToken = {}, .metadata = metadata.kept()};
    // An empty digest is no token's.
    if (!work->clients().registration(client.id)) work->clients().setRegistration(client.id, {"", information.metadata}, now);
    work->commit();
    metrics_.registration(client.id == fresh.id ? OAuthMetrics::Registration::created : OAuthMetrics::Registration::reused);
    noteLookalikes(information.id, metadata);
    return registrar_.answer(201, information);
}

}  // namespace latchkey::oauth2
