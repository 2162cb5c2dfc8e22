// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/client_address.h"

#include <algorithm>

namespace latchkey::http {

namespace {

bool inAny(const IpAddress& address, const std::vector<ProxyNetwork>& networks) {
    return std::ranges::any_of(networks, [&](const ProxyNetwork& network) { return network.contains(address); });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"
std::optional<IpAddress> parseEntry(std::string_view entry) {
    if (entry.starts_with('[')) return IpAddress::parse(entry.substr(1, std::min(entry.find(']'), entry.size()) - 1));
    const std::size_t colon = entry.find(':');
    const bool oneColon = colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
    return IpAddress::parse(oneColon ? entry.substr(0, colon) : entry);
}

}  // namespace

bool isTrusted(const Peer& peer, const std::vector<ProxyNetwork>& trusted) { return !peer.ip || inAny(*peer.ip, trusted); }

std::optional<IpAddress> clientAddress(const Peer& peer, const Headers& headers, const std::vector<ProxyNetwork>& trusted) {
    if (peer.proxySource) return peer.proxySource;
    std::optional<IpAddress> nearest = peer.ip;
    if (!headers.has("X-Forwarded-For") || !isTrusted(peer, trusted)) return nearest;
    const std::vector<std::string_view> fields = headers.all("X-Forwarded-For");
    for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
        for (std::string_view rest = *field;;) {
            const std::size_t comma = rest.rfind(',');
            const std::string_view entry = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            const auto address = parseEntry(entry);
            if (!address && !entry.empty()) return nearest;
            if (address) nearest = address;
            if (address && !inAny(*address, trusted)) return nearest;
            if (comma == std::string_view::npos) break;
            rest = rest.substr(0, comma);
        }
    }
    return nearest;
}

}  // namespace latchkey::http
