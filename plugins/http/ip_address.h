// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/ip_address.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::http {

/// An address block of one family, e.g. 192.168.0.0/16: ::/0 holds no IPv4 address.
class ProxyNetwork {
public:
    /// As IpNetwork::parse(), and "192.0.2.0/255.255.255.0".
    static std::optional<ProxyNetwork> parse(std::string_view text);
    bool contains(const IpAddress& address) const noexcept { return address.isV4() == network_.isV4() && network_.contains(address); }

private:
    explicit ProxyNetwork(const IpNetwork& network) : network_(network) {}

    IpNetwork network_;
};

/// "192.0.2.7:443", "[2001:db8::1]:443"
std::string endpointText(const IpAddress& address, unsigned port);
/// Of a socket address: as above, "unix" for a UNIX socket.
std::string endpointText(const sockaddr& address);

}  // namespace latchkey::http
