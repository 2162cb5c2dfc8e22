// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace latchkey::outgoing {

/// An IP address as 16 bytes; IPv4 as a mapped address, so that ::ffff:192.0.2.1 and 192.0.2.1 are one.
struct Address {
    std::array<std::uint8_t, 16> bytes{};

    static std::optional<Address> parse(std::string_view text);  ///< dotted decimal of four parts, or IPv6; nothing else
    static std::optional<Address> of(const sockaddr& address);
    bool isV4() const noexcept;
    std::string text() const;
    bool operator==(const Address&) const = default;
};

class Network {
public:
    static std::optional<Network> parse(std::string_view text);  ///< "10.0.0.0/8", "fd00::/8", "192.0.2.1"
    bool contains(const Address& address) const noexcept;

private:
    Address base_;
    int bits_ = 128;
};

/// Which addresses a URL from outside may lead to: those of the public Internet, and what the administrator adds.
class AddressRules {
public:
    AddressRules() = default;
    explicit AddressRules(std::vector<Network> allowed) : allowed_(std::move(allowed)) {}
    bool permits(const Address& address) const noexcept;

private:
    std::vector<Network> allowed_;
};

/// Not of a private, local, shared, documentation, benchmark, multicast or reserved network (the IANA special-purpose registries),
/// nor an IPv6 form that leads to one: mapped, NAT64, 6to4.
bool isPublic(const Address& address) noexcept;

}  // namespace latchkey::outgoing
