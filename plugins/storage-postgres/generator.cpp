// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/generator.h"

#include "plugins/storage-postgres/config.h"

namespace latchkey::pg {

config::Node DatabaseGenerator::generate() const {
    using config::Node;
    const PoolLimits defaults;
    Node section = Node::mapping();
    section.set("uri", Node::string("postgresql://"));
    section.set("max_connections", Node::integer(defaults.maxConnections));
    section.set("min_connections", Node::integer(defaults.minConnections));
    section.set("connect_timeout", Node::integer(defaults.acquireTimeout));
    section.set("idle_timeout", Node::integer(*defaults.idleTimeout));
    section.set("max_lifetime", Node::integer(*defaults.maxLifetime));
    return section;
}

}  // namespace latchkey::pg
