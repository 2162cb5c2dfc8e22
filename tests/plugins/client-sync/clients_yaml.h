// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/client-sync/static_clients.h"

namespace latchkey::clients::test {

/// The section `clients` of a configuration, read.
struct Read {
    config::Tree tree;
    config::Problems problems;
    std::vector<StaticClient> clients;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        clients = parseClients(config::Section(tree, problems));
        config::reportUnknownKeys(tree, problems);
    }
};

}  // namespace latchkey::clients::test
