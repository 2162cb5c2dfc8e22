// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace latchkey::http {

/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (::ffff:192.0.2.1) become IPv4: they name the same host.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};  ///< IPv4: as a mapped address, so that both kinds compare alike
    bool v4 = false;

    static std::optional<IpAddress> parse(std::string_view text);
    /// Nothing for anything but AF_INET and AF_INET6.
    static std::optional<IpAddress> of(const sockaddr& address);
    std::string text() const;
    bool operator==(const IpAddress&) const = default;
};

/// An address block, e.g. 192.168.0.0/16.
class IpNetwork {
public:
    /// "192.0.2.1", "192.0.2.0/24", "192.0.2.0/255.255.255.0", "2001:db8::/32". Bits beyond the prefix are ignored.
    static std::optional<IpNetwork> parse(std::string_view text);
    bool contains(const IpAddress& address) const noexcept;

private:
    IpAddress base_;
    int bits_ = 128;  // of the 128 in IpAddress::bytes
};

/// "192.0.2.7:443", "[2001:db8::1]:443"
std::string endpointText(const IpAddress& address, unsigned port);
/// Of a socket address: as above, "unix" for a UNIX socket.
std::string endpointText(const sockaddr& address);

}  // namespace latchkey::http
