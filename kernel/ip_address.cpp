// SPDX-License-Identifier: Apache-2.0
#include "kernel/ip_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace latchkey {

namespace {

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

IpAddress fromV4(const void* four) {
    IpAddress address;
    std::memcpy(address.bytes.data(), kMapped, sizeof kMapped);
    std::memcpy(address.bytes.data() + sizeof kMapped, four, 4);
    return address;
}

IpAddress fromV6(const void* sixteen) {
    IpAddress address;
    std::memcpy(address.bytes.data(), sixteen, 16);
    return address;
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

bool IpAddress::isV4() const noexcept { return std::memcmp(bytes.data(), kMapped, sizeof kMapped) == 0; }

std::string IpAddress::text() const {
    char buffer[INET6_ADDRSTRLEN];
    const char* written = isV4() ? ::inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof buffer) : ::inet_ntop(AF_INET6, bytes.data(), buffer, sizeof buffer);
    return written == nullptr ? std::string() : std::string(written);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const auto base = IpAddress::parse(host);
    if (!base) return std::nullopt;
    IpNetwork network;
    network.base_ = *base;
    if (slash == std::string_view::npos) return network;
    const std::string_view prefix = text.substr(slash + 1);
    const unsigned most = host.find(':') == std::string_view::npos ? 32 : 128;
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
    if (error != std::errc{} || end != prefix.data() + prefix.size() || bits > most) return std::nullopt;
    network.bits_ = bits + 128 - most;
    return network;
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
    const std::size_t whole = bits_ / 8;
    if (std::memcmp(base_.bytes.data(), address.bytes.data(), whole) != 0) return false;
    const unsigned rest = bits_ % 8;
    return rest == 0 || (base_.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

}  // namespace latchkey
