// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/addresses.h"

#include <cstdint>

namespace latchkey::config {
class Section;
}

namespace latchkey::outgoing {

/// The section `outgoing_http`, our own:
///
///     outgoing_http:
///       allow_private_addresses: [10.1.0.0/16, 'fd00::/8']  # where URLs from outside (a client's jwks_uri) may lead besides the Internet
///       timeout: 30            # seconds; no request takes longer, whatever it asks for
///       connect_timeout: 3     # seconds, for TCP and TLS
///       untrusted_at_once: 6   # requests to URLs from outside at one time; more fail at once, so that slow hosts cannot hold
///                              # all threads (16) that serve HTTP
///
/// Of the environment: HTTP_PROXY (or http_proxy), HTTPS_PROXY, NO_PROXY for what the administrator configured, never for URLs from
/// outside; SSL_CERT_FILE and SSL_CERT_DIR in place of the system's certificates.
struct OutgoingConfig {
    AddressRules rules;
    std::int64_t timeoutMs = 30'000;
    std::int64_t connectTimeoutMs = 3'000;
    unsigned untrustedAtOnce = 6;

    std::string httpProxy, httpsProxy, noProxy;
    std::string certificateFile, certificateDirectory;

    static OutgoingConfig parse(const config::Section& root);
    void readEnvironment();
};

}  // namespace latchkey::outgoing
