// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/secret.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::config {
class Section;
}

namespace latchkey::passwords {

enum class Algorithm { argon2id, bcrypt, pbkdf2 };

struct SchemeConfig {
    int version = 1;
    Algorithm algorithm = Algorithm::argon2id;
    bool normalize = false;                ///< NFKC before hashing and verifying
    int cost = 12;                         ///< of bcrypt
    std::optional<config::Secret> pepper;
    std::optional<std::string> pepperFile; ///< raw bytes; read at start, as in the reference
    std::string path;                      ///< "passwords.schemes[0]"
};

/// The section `passwords`. Two keys are our own: `hashing_threads` (default: one less than there are processors, at least one) and
/// `hashing_queue`, how many callers may be inside at once, waiting ones counted. Each holds a thread meanwhile, of which the
/// HTTP server has somewhat more to spare than the default.
struct PasswordConfig {
    bool enabled = true;
    int minimumComplexity = 3;
    std::vector<SchemeConfig> schemes = {SchemeConfig{}};
    unsigned threads = 1;
    unsigned queue = 200;

    static PasswordConfig parse(const config::Section& root);
    /// Reads the pepper files. Throws ConfigError.
    void readPeppers();
};

}  // namespace latchkey::passwords
