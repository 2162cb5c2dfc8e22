// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/ip_address.h"

#include <optional>
#include <string_view>

namespace latchkey::http {

/// What a PROXY header (versions 1 and 2 of the PROXY protocol) said.
struct ProxyHeader {
    ConnectionInfo::Proxy info;
    std::optional<IpAddress> source;  ///< of TCP4, TCP6, UDP4 and UDP6
};

struct ProxyResult {
    enum class State { incomplete, complete, malformed } state = State::incomplete;
    std::size_t length = 0;  ///< of the header, when complete
    ProxyHeader header;
};

/// Longer headers are malformed: what the protocol's fixed part, addresses and a generous lot of TLVs need.
inline constexpr std::size_t kMostProxyHeader = 4096;

/// Looks at the first bytes of a connection. Says `malformed` as soon as they cannot become a header.
ProxyResult parseProxyHeader(std::string_view bytes);

}  // namespace latchkey::http
