// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/id_token_algorithm.h"

#include <algorithm>
#include <vector>

namespace latchkey {

namespace {

std::vector<jose::Algorithm> candidates(const Client& client, const jose::KeySet& keys) {
    if (client.idTokenSignedResponseAlg) {
        const auto registered = jose::parseAlgorithm(*client.idTokenSignedResponseAlg);
        return registered ? std::vector{*registered} : std::vector<jose::Algorithm>{};
    }
    std::vector<jose::Algorithm> all = {jose::Algorithm::rs256};
    std::ranges::copy(keys.algorithms(), std::back_inserter(all));
    return all;
}

}  // namespace

std::optional<jose::Algorithm> idTokenAlgorithm(const Client& client, const jose::KeySet& keys) {
    const auto possible = [&](jose::Algorithm each) {
        return jose::isSymmetric(each) ? client.encryptedSecret.has_value() : keys.signingKey(each) != nullptr;
    };
    const std::vector<jose::Algorithm> all = candidates(client, keys);
    const auto found = std::ranges::find_if(all, possible);
    return found == all.end() ? std::nullopt : std::optional(*found);
}

bool canBeSigned(const Scope& scope, const Client& client, const jose::KeySet& keys) {
    return !scope.contains(kScopeOpenId) || idTokenAlgorithm(client, keys).has_value();
}

}  // namespace latchkey
