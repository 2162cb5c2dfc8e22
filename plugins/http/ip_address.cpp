// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/ip_address.h"

#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>

namespace latchkey::http {

namespace {

// 255.255.240.0 → 20; nothing if the ones are not all in front.
std::optional<int> parseMask(std::string_view text) {
    const auto mask = IpAddress::parse(text);
    if (!mask || !mask->isV4()) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 12; i < 16; ++i) value = value << 8 | mask->bytes[i];
    int bits = 0;
    for (; bits < 32 && (value & 0x80000000U) != 0; ++bits) value <<= 1;
    return value == 0 ? std::optional(bits) : std::nullopt;
}

}  // namespace

std::optional<ProxyNetwork> ProxyNetwork::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    const auto bits = slash != std::string_view::npos && dotted ? parseMask(text.substr(slash + 1)) : std::nullopt;
    const auto network = bits ? IpNetwork::parse(std::string(text.substr(0, slash + 1)) + std::to_string(*bits)) : IpNetwork::parse(text);
    return network ? std::optional(ProxyNetwork(*network)) : std::nullopt;
}

std::string endpointText(const IpAddress& address, unsigned port) {
    const std::string host = address.text();
    return (address.isV4() ? host : '[' + host + ']') + ':' + std::to_string(port);
}

std::string endpointText(const sockaddr& address) {
    const auto ip = IpAddress::of(address);
    if (!ip) return "unix";
    const auto port = address.sa_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(address).sin_port
                                                   : reinterpret_cast<const sockaddr_in6&>(address).sin6_port;
    return endpointText(*ip, ntohs(port));
}

}  // namespace latchkey::http
