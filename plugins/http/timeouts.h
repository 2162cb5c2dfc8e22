// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace latchkey::http {

/// How long a connection may take for what, in milliseconds. Bodies and answers get `…Ms` plus what their size needs at
/// `leastRate`, so that a large upload over a slow line ends well, and a byte per second does not.
struct Timeouts {
    std::int64_t openingMs = 5'000;       ///< PROXY header and TLS handshake together
    std::int64_t headMs = 10'000;         ///< from a head's first byte to its last
    std::int64_t bodyMs = 30'000;
    std::int64_t writeMs = 30'000;
    std::int64_t idleMs = 75'000;
    std::int64_t lingerMs = 2'000;        ///< for the client to read an answer that closes
    std::int64_t drainIdleMs = 500;       ///< while draining: since the last exchange, for a request that is under way
    std::int64_t leastRate = 8;           ///< bytes per millisecond
};

}  // namespace latchkey::http
