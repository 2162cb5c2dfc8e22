// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/addresses.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace latchkey::outgoing {

namespace {

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

Address fromV4(const void* four) {
    Address address;
    std::memcpy(address.bytes.data(), kMapped, sizeof kMapped);
    std::memcpy(address.bytes.data() + sizeof kMapped, four, 4);
    return address;
}

Address fromV6(const void* sixteen) {
    Address address;
    std::memcpy(address.bytes.data(), sixteen, 16);
    return address;
}

std::vector<Network> networks(std::initializer_list<const char*> texts) {
    std::vector<Network> made;
    for (const char* text : texts) made.push_back(Network::parse(text).value());
    return made;
}

bool inAny(const std::vector<Network>& list, const Address& address) noexcept {
    return std::any_of(list.begin(), list.end(), [&](const Network& each) { return each.contains(address); });
}

bool isPublicV4(const Address& address) noexcept {
    static const std::vector<Network> kSpecial =
        networks({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
                  "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
    return !inAny(kSpecial, address);
}

bool isPublicV6(const Address& address) noexcept {
    static const Network kNat64 = Network::parse("64:ff9b::/96").value();
    static const Network k6to4 = Network::parse("2002::/16").value();
    static const Network kGlobal = Network::parse("2000::/3").value();
    static const std::vector<Network> kSpecial = networks({"2001::/23", "2001:db8::/32", "3fff::/20"});  // 2001::/23 holds Teredo, ORCHID, benchmarks
    if (kNat64.contains(address)) return isPublicV4(fromV4(address.bytes.data() + 12));
    if (k6to4.contains(address)) return isPublicV4(fromV4(address.bytes.data() + 2));
    return kGlobal.contains(address) && !inAny(kSpecial, address);
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string terminated(text);
    std::uint8_t raw[16];
    if (::inet_pton(AF_INET, terminated.c_str(), raw) == 1) return fromV4(raw);
    if (::inet_pton(AF_INET6, terminated.c_str(), raw) == 1) return fromV6(raw);
    return std::nullopt;
}

std::optional<Address> Address::of(const sockaddr& address) {
    if (address.sa_family == AF_INET) return fromV4(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    if (address.sa_family == AF_INET6) return fromV6(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    return std::nullopt;
}

bool Address::isV4() const noexcept { return std::memcmp(bytes.data(), kMapped, sizeof kMapped) == 0; }

std::string Address::text() const {
    char buffer[INET6_ADDRSTRLEN];
    const char* written = isV4() ? ::inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof buffer) : ::inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
    return written == nullptr ? std::string() : std::string(written);
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = Address::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    Network network;
    network.base_ = *base;
    if (slash == std::string_view::npos) return network;
    const std::string_view suffix = text.substr(slash + 1);
    const int most = text.substr(0, slash).find(':') == std::string_view::npos ? 32 : 128;
    int bits = 0;
    const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), bits);
    if (suffix.empty() || error != std::errc{} || end != suffix.data() + suffix.size() || bits < 0 || bits > most) return std::nullopt;
    network.bits_ = bits + 128 - most;
    return network;
}

bool Network::contains(const Address& address) const noexcept {
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    if (std::memcmp(base_.bytes.data(), address.bytes.data(), whole) != 0) return false;
    const int rest = bits_ % 8;
    if (rest == 0) return true;
    const int mask = 0xFF << (8 - rest) & 0xFF;
    return (base_.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

bool isPublic(const Address& address) noexcept { return address.isV4() ? isPublicV4(address) : isPublicV6(address); }

bool AddressRules::permits(const Address& address) const noexcept { return isPublic(address) || inAny(allowed_, address); }

}  // namespace latchkey::outgoing
