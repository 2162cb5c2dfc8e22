// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/generator.h"

#include "domain/crypto/encoding.h"
#include "domain/secret.h"
#include "plugins/secrets/fresh_keys.h"

namespace latchkey::secrets {

config::Node SecretsGenerator::generate() const {
    using config::Node;
    constexpr std::size_t kEncryptionBytes = 32;
    Node section = Node::mapping();
    section.set("encryption", Node::string(hex(randomBytes(kEncryptionBytes))));
    Node keys = Node::sequence();
    for (const std::string& pem : freshSigningKeys()) {
        Node key = Node::mapping();
        key.set("key", Node::string(pem));
        keys.append(std::move(key));
    }
    section.set("keys", std::move(keys));
    return section;
}

}  // namespace latchkey::secrets
