// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::jose {

/// Compact JWS (RFC 7515 §7.1) with header `alg` and `kid` (and `typ` if given). Throws Error if the key cannot.
LATCHKEY_API std::string sign(const Key& key, Algorithm algorithm, std::string_view payload, std::string_view type = {});

/// A compact JWS taken apart, not yet verified.
struct LATCHKEY_API Jws {
    Algorithm algorithm;
    std::string kid;            ///< empty: none
    std::string type;
    std::string payload;        ///< decoded
    std::string signingInput;
    std::string signature;      ///< decoded

    /// Nothing if malformed, longer than 64 KiB, of an unknown algorithm, or with `crit`, `b64`, or an unprotected part. `jwk`, `jku`,
    /// `x5u` and `x5c` of the header are never looked at.
    static std::optional<Jws> parse(std::string_view compact);
    /// True if one of `keys` that may be used for this algorithm verifies it. A key with another kid than the header's is passed
    /// over; one without a kid is tried.
    bool verify(const std::vector<Key>& keys) const;
    /// The same for a key that the caller knows to be the right one (a client's secret), whatever the kid.
    bool verify(const Key& key) const;
};

}  // namespace latchkey::jose
