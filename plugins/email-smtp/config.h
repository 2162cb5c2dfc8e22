// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/secret.h"

#include <cstdint>
#include <string>

namespace latchkey::config {
class Section;
}

namespace latchkey::smtp {

enum class Mode { plain, starttls, tls };

/// What of the section `email` goes with `transport: smtp`.
struct SmtpConfig {
    Mode mode = Mode::plain;
    std::string hostname;
    int port = 0;
    std::string username;  ///< empty: no log-in
    config::Secret password;

    std::int64_t connectTimeoutMs = 10'000;  ///< for TCP, TLS and the greeting
    std::int64_t timeoutMs = 30'000;         ///< for all of a mail
    std::int64_t idleSeconds = 60;           ///< an idle connection older than this is not used again
    std::string certificateFile, certificateDirectory;  ///< in place of the system's; from SSL_CERT_FILE, SSL_CERT_DIR

    /// Reads nothing unless the transport is smtp, but knows the keys.
    static SmtpConfig parse(const config::Section& root);
    void readEnvironment();
    std::string where() const { return hostname + ':' + std::to_string(port); }
};

}  // namespace latchkey::smtp
