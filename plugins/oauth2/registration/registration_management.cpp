// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/registration_management.h"

#include "domain/clock.h"
#include "domain/secret.h"
#include "domain/token/token_digest.h"
#include "plugins/oauth2/bearer_token.h"
#include "plugins/oauth2/record.h"
#include "plugins/oauth2/registration/strict_json.h"

namespace latchkey::oauth2 {

namespace {

// One answer for a client that does not exist, one that cannot be managed, and a wrong token.
http::Response refusal(const http::Request& request) {
    const BearerToken bearer = BearerToken::from(request);
    if (bearer.state == BearerToken::State::absent) return bearerChallenge(401, "", "");
    return bearerChallenge(401, "invalid_token", "the registration access token does not belong to this client");
}

}  // namespace

std::optional<RegistrationManagement::Managed> RegistrationManagement::find(UnitOfWork& work, const http::Request& request) const {
    const BearerToken bearer = BearerToken::from(request);
    const auto id = Ulid::parse(request.parameter("client_id"));
    if (bearer.state != BearerToken::State::found || !id) return std::nullopt;
    auto registration = work.clients().registration(*id);
    if (!registration || !constantTimeEquals(tokenDigest(bearer.token), registration->accessTokenDigest)) return std::nullopt;
    auto client = work.clients().find(*id);
    if (!client || client->isStatic) return std::nullopt;
    return Managed{std::move(*client), std::move(*registration), bearer.token};
}

http::Response RegistrationManagement::get(const http::Request& request) const {
    const auto managed = find(*store_.reading(), request);
    if (!managed) return refusal(request);
    return registrar_.answer(200, {managed->client.id, registrar_.secretOf(managed->client), managed->token, managed->registration.metadata});
}

// RFC 7592 §2.2: the client says who it is, does not choose what the server chooses, and knows its secret.
void RegistrationManagement::requireOwn(const Managed& managed, const http::Request& request) const {
    const auto object = StrictJson::parse(request.body).object;
    const auto id = object->get("client_id");
    if (!id.isString() || Ulid::parse(id.extract<std::string>()) != managed.client.id) throw invalidMetadata("client_id must be the client's own");
    for (const char* name : {"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"}) {
        if (object->has(name)) throw invalidMetadata(std::string(name) + " must not be sent");
    }
    if (!object->has("client_secret")) return;
    const auto secret = object->get("client_secret");
    const std::string own = registrar_.secretOf(managed.client).value_or("");
    if (own.empty() || !secret.isString() || !constantTimeEquals(secret.extract<std::string>(), own)) throw invalidMetadata("client_secret must be the client's own");
}

std::optional<std::string> RegistrationManagement::secretAfter(const Managed& managed, const ClientMetadata& metadata) const {
    if (!usesSecret(metadata)) return std::nullopt;
    auto secret = registrar_.secretOf(managed.client);
    return secret ? std::move(secret) : newClientSecret();
}

http::Response RegistrationManagement::put(const http::Request& request) const {
    const auto before = find(*store_.reading(), request);
    if (!before) return refusal(request);
    const ClientMetadata asked = registrar_.read(request);
    requireOwn(*before, request);
    registrar_.requireAllowed(asked, request);

    const ClientMetadata metadata = registrar_.completed(asked);
    const ClientInformation information{before->client.id, secretAfter(*before, metadata), before->token, metadata.kept()};
    const auto work = store_.begin();
    // It may have been removed, or become static, while the policy was asked.
    if (!find(*work, request) || !work->clients().update(registrar_.client(information.id, metadata, information.secret))) return refusal(request);
    work->clients().setRegistration(information.id, {before->registration.accessTokenDigest, information.metadata}, currentTime());
    work->commit();
    noteLookalikes(information.id, metadata);
    return registrar_.answer(200, information);
}

http::Response RegistrationManagement::remove(const http::Request& request) const {
    const auto work = store_.begin();
    const auto managed = find(*work, request);
    const auto ended = managed ? work->clients().remove(managed->client.id) : std::nullopt;
    if (!ended) return refusal(request);
    work->commit();
    if (*ended > 0) recordClientRemoved(events_, request, managed->client.id, *ended);
    return http::empty(204).noStore();
}

}  // namespace latchkey::oauth2
