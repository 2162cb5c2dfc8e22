// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

namespace config {
class Section;
}

/// The section `matrix`, as whoever talks to the homeserver reads it. Problems are noted in the section.
struct LATCHKEY_API MatrixSettings {
    std::string kind = "synapse";
    std::string serverName = "localhost:8008";          ///< the part of a Matrix id after the colon
    std::string endpoint = "http://localhost:8008/";
    std::optional<std::string> secret;                  ///< never print it
    std::optional<std::string> secretFile;

    /// `root` is the whole configuration. The section must be there.
    static MatrixSettings parse(const config::Section& root);
    /// The secret, that of a file without the blanks around it. Throws ConfigError if the file cannot be read or is empty.
    std::string readSecret() const;
};

/// `path` as a relative reference of RFC 3986: what follows the last slash of the endpoint's path is dropped, and a path that begins
/// with a slash counts from the top.
LATCHKEY_API std::string resolveEndpoint(std::string_view endpoint, std::string_view path);

}  // namespace latchkey
