// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/ip_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace latchkey::http {

namespace {

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

IpAddress fromV4(const void* four) {
    IpAddress address;
    address.v4 = true;
    std::memcpy(address.bytes.data(), kMapped, sizeof kMapped);
    std::memcpy(address.bytes.data() + 12, four, 4);
    return address;
}

IpAddress fromV6(const void* sixteen) {
    IpAddress address;
    std::memcpy(address.bytes.data(), sixteen, 16);
    address.v4 = std::memcmp(sixteen, kMapped, sizeof kMapped) == 0;
    return address;
}

std::optional<int> parseBits(std::string_view text, int most) {
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty() || bits < 0 || bits > most) return std::nullopt;
    return bits;
}

// 255.255.240.0 → 20; nothing if the ones are not all in front.
std::optional<int> parseMask(std::string_view text) {
    const auto mask = IpAddress::parse(text);
    if (!mask || !mask->v4) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 12; i < 16; ++i) value = value << 8 | mask->bytes[i];
    int bits = 0;
    for (; bits < 32 && (value & 0x80000000U) != 0; ++bits) value <<= 1;
    return value == 0 ? std::optional(bits) : std::nullopt;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string terminated(text);
    std::uint8_t raw[16];
    if (::inet_pton(AF_INET, terminated.c_str(), raw) == 1) return fromV4(raw);
    if (::inet_pton(AF_INET6, terminated.c_str(), raw) == 1) return fromV6(raw);
    return std::nullopt;
}

std::optional<IpAddress> IpAddress::of(const sockaddr& address) {
    if (address.sa_family == AF_INET) return fromV4(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    if (address.sa_family == AF_INET6) return fromV6(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    return std::nullopt;
}

std::string IpAddress::text() const {
    char buffer[INET6_ADDRSTRLEN];
    const char* written = v4 ? ::inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof buffer)
                             : ::inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
    return written == nullptr ? std::string() : std::string(written);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = IpAddress::parse(text.substr(0, slash));
    if (!base) return std::nullopt;
    IpNetwork network;
    network.base_ = *base;
    if (slash == std::string_view::npos) return network;
    const std::string_view suffix = text.substr(slash + 1);
    // A mapped address written in IPv6 form counts its prefix in 128 bits.
    const bool dotted = base->v4 && text.substr(0, slash).find(':') == std::string_view::npos;
    auto bits = parseBits(suffix, dotted ? 32 : 128);
    if (!bits && dotted) bits = parseMask(suffix);
    if (!bits) return std::nullopt;
    network.bits_ = dotted ? *bits + 96 : *bits;
    return network;
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
    if (address.v4 != base_.v4) return false;
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    if (!std::equal(base_.bytes.begin(), base_.bytes.begin() + static_cast<std::ptrdiff_t>(whole), address.bytes.begin())) return false;
    const int rest = bits_ % 8;
    if (rest == 0) return true;
    const int mask = 0xFF << (8 - rest) & 0xFF;
    return (base_.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::string endpointText(const IpAddress& address, unsigned port) {
    const std::string host = address.text();
    return (address.v4 ? host : '[' + host + ']') + ':' + std::to_string(port);
}

std::string endpointText(const sockaddr& address) {
    const auto ip = IpAddress::of(address);
    if (!ip) return "unix";
    const auto port = address.sa_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(address).sin_port
                                                   : reinterpret_cast<const sockaddr_in6&>(address).sin6_port;
    return endpointText(*ip, ntohs(port));
}

}  // namespace latchkey::http
