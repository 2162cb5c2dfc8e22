// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace latchkey {

/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (::ffff:192.0.2.1) are IPv4: they name the same host.
struct LATCHKEY_API IpAddress {
    std::array<std::uint8_t, 16> bytes{};  ///< IPv4: as a mapped address, so that both kinds compare alike

    static std::optional<IpAddress> parse(std::string_view text);  ///< dotted decimal of four parts, or IPv6; nothing else
    static std::optional<IpAddress> of(const sockaddr& address);   ///< nothing for anything but AF_INET and AF_INET6
    bool isV4() const noexcept;
    std::string text() const;
    bool operator==(const IpAddress&) const = default;
};

/// An address block (CIDR, RFC 4632). ::/0 holds IPv4 addresses, too: as mapped ones.
class LATCHKEY_API IpNetwork {
public:
    /// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32". Bits beyond the prefix are ignored; that of a mapped address counts 128 bits.
    static std::optional<IpNetwork> parse(std::string_view text);
    bool contains(const IpAddress& address) const noexcept;
    bool isV4() const noexcept { return base_.isV4(); }

private:
    IpAddress base_;
    unsigned bits_ = 128;  // of the 128 in IpAddress::bytes
};

}  // namespace latchkey
