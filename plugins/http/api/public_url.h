// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey::config {
class Section;
}

namespace latchkey::http {

/// Where the outside finds this server: `http.public_base` and `http.issuer`.
struct LATCHKEY_API PublicUrl {
    std::string base;    ///< absolute, normalised; default "http://[::]:8080/"
    std::string issuer;  ///< default: base

    /// `root` is the root of the configuration. http(s) only, no query, fragment or credentials: else a problem is noted.
    static PublicUrl parse(const config::Section& root);
    /// `path` without its leading slash, joined to the base as a URL reference: a base whose path lacks the final slash loses
    /// its last segment (RFC 3986 §5.2.3), as in the reference.
    std::string join(std::string_view path) const;
    /// The path of the base without its final slash: the prefix of redirects and cookies' path.
    std::string prefix() const;
    bool secure() const;
};

}  // namespace latchkey::http
