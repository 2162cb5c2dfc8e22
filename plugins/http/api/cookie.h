// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::http {

/// A cookie to be set (RFC 6265 §4.1), HttpOnly and SameSite=Lax.
struct LATCHKEY_API Cookie {
    std::string name;
    std::string value;                          ///< any bytes: percent-encoded on the wire
    std::string path = "/";
    bool secure = false;
    std::optional<std::int64_t> maxAgeSeconds;  ///< nothing: until the browser ends

    /// The value of a Set-Cookie field. `nowSeconds`: for Expires, which old browsers want beside Max-Age.
    std::string field(std::int64_t nowSeconds) const;
};

}  // namespace latchkey::http
