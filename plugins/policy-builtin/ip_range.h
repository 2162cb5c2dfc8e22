// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace latchkey::policy {

/// An address or a CIDR range of either family. An IPv4 address in IPv6's clothes (::ffff:1.2.3.4) counts as the IPv4 address.
class IpRange {
public:
    /// "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; bits behind the prefix are ignored.
    static std::optional<IpRange> parse(const std::string& text);
    bool contains(const std::string& address) const;  ///< false if it is no address

private:
    std::array<std::uint8_t, 16> bytes_{};  // IPv4 mapped into IPv6
    unsigned prefix_ = 128;
};

}  // namespace latchkey::policy
