// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/headers.h"
#include "plugins/http/ip_address.h"

#include <optional>
#include <vector>

namespace latchkey::http {

/// Who is at the other end of the connection.
struct Peer {
    std::optional<IpAddress> ip;           ///< nothing: a UNIX socket
    std::optional<IpAddress> proxySource;  ///< from a PROXY header
};

/// Whether the peer may speak for others: inside `trusted`, or a local process on a UNIX socket.
bool isTrusted(const Peer& peer, const std::vector<ProxyNetwork>& trusted);

/// The client's address. A PROXY header's source counts as it is. Otherwise X-Forwarded-For counts if the peer is trusted: read
/// from the right, the first address that is not a trusted proxy; if all are trusted, the leftmost. What stands left of an entry
/// that is no address nobody vouches for. All fields of that name count, in order, as one list.
std::optional<IpAddress> clientAddress(const Peer& peer, const Headers& headers, const std::vector<ProxyNetwork>& trusted);

}  // namespace latchkey::http
