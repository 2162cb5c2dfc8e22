// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/generator.h"

namespace latchkey::passwords {

using config::Node;

Node PasswordsGenerator::generate() const {
    Node scheme = Node::mapping();
    scheme.set("version", Node::integer(1));
    scheme.set("algorithm", Node::string("argon2id"));
    Node section = Node::mapping();
    section.set("enabled", Node::boolean(true));
    section.set("schemes", Node::sequence({scheme}));
    section.set("minimum_complexity", Node::integer(3));
    return section;
}

}  // namespace latchkey::passwords
