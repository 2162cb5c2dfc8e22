// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "kernel/config/section.h"

#include <string>
#include <vector>

namespace latchkey::clients {

/// A client of the configuration. Secrets in files are read when it is brought into the database.
struct StaticClient {
    Client client;  ///< without its secret
    config::Section::InlineOrFile secret;
    std::string path;  ///< "clients[0]"
    std::vector<std::string> postLogoutRedirectUris = {};  ///< where people may go after logging out here

    /// What is kept of it as registration metadata (RFC 7591 §2), a JSON object.
    std::string metadata() const;

    /// The secret without blanks around it; nothing if it needs none. Throws ConfigError.
    std::optional<std::string> readSecret() const;
};

/// The list `clients`. Notes problems; what is returned then is of no use. `root` is the root of the configuration.
std::vector<StaticClient> parseClients(const config::Section& root);

}  // namespace latchkey::clients
