// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/generator.h"

#include "domain/matrix_settings.h"
#include "domain/secret.h"

namespace latchkey::homeserver {

config::Node MatrixGenerator::generate() const {
    constexpr std::size_t kSecretCharacters = 32;
    using config::Node;
    const MatrixSettings defaults;
    Node section = Node::mapping();
    section.set("kind", Node::string(defaults.kind));
    section.set("homeserver", Node::string(defaults.serverName));
    section.set("secret", Node::string(randomAlphanumerics(kSecretCharacters)));
    section.set("endpoint", Node::string(defaults.endpoint));
    return section;
}

}  // namespace latchkey::homeserver
