// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/id_token_reader.h"

#include "domain/jose/claims.h"
#include "domain/jose/jws.h"
#include "domain/oauth2/client_repository.h"

namespace latchkey {

std::optional<IdTokenReader::Hint> IdTokenReader::read(const std::string& idToken) const {
    const auto jws = jose::Jws::parse(idToken);
    if (!jws) return std::nullopt;
    const jose::Claims claims = jose::Claims::parse(jws->payload);
    const auto subject = claims.text("sub");
    const auto audience = claims.textOrList("aud");
    const auto clientId = audience.size() == 1 ? Ulid::parse(audience.front()) : std::nullopt;
    if (claims.text("iss") != issuer_ || !subject || !clientId) return std::nullopt;
    const auto client = store_.reading()->clients().find(*clientId);
    if (!client) return std::nullopt;
    const auto secret = jose::isSymmetric(jws->algorithm) ? clientSecret(encrypter_, *client) : std::nullopt;
    const bool ours = jose::isSymmetric(jws->algorithm) ? secret && jws->verify(jose::Key::secret(*secret)) : jws->verify(keys_.keys()->keys());
    return ours ? std::optional(Hint{*subject, *client}) : std::nullopt;
}

std::optional<std::string> clientSecret(const Encrypter& encrypter, const Client& client) {
    return client.encryptedSecret ? encrypter.decrypt(*client.encryptedSecret) : std::nullopt;
}

}  // namespace latchkey
