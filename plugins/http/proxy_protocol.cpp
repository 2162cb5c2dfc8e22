// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/proxy_protocol.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

namespace latchkey::http {

namespace {

using State = ProxyResult::State;

constexpr std::size_t kLongestV1 = 107;  // with its CRLF
constexpr std::string_view kSignatureV2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kFixedV2 = 16;

ProxyResult result(State state) { return {state, 0, {}}; }

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> found;
    for (;;) {
        const std::size_t blank = line.find(' ');
        found.push_back(line.substr(0, blank));
        if (blank == std::string_view::npos) return found;
        line.remove_prefix(blank + 1);
    }
}

std::optional<unsigned> port(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leadingZero = text.size() > 1 && text.front() == '0';
    if (error != std::errc{} || end != text.data() + text.size() || value > 65535 || leadingZero) return std::nullopt;
    return value;
}

// An address written in the family's own form: no ::ffff:1.2.3.4 for TCP4, no 1.2.3.4 for TCP6.
std::optional<IpAddress> address(std::string_view text, bool v4) {
    const bool colons = text.find(':') != std::string_view::npos;
    return colons == v4 ? std::nullopt : IpAddress::parse(text);
}

ProxyResult parseV1(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kLongestV1).find("\r\n");
    if (end == std::string_view::npos) return result(bytes.size() >= kLongestV1 ? State::malformed : State::incomplete);
    const std::vector<std::string_view> word = words(bytes.substr(0, end));
    ProxyResult parsed{State::complete, end + 2, {}};
    ConnectionInfo::Proxy& info = parsed.header.info;
    info.version = 1;
    if (word.size() < 2) return result(State::malformed);
    info.transport = word[1];
    if (word[1] == "UNKNOWN") return parsed;  // the rest of the line counts for nothing
    if ((word[1] != "TCP4" && word[1] != "TCP6") || word.size() != 6) return result(State::malformed);
    const bool v4 = word[1] == "TCP4";
    const auto source = address(word[2], v4), destination = address(word[3], v4);
    const auto from = port(word[4]), to = port(word[5]);
    if (!source || !destination || !from || !to) return result(State::malformed);
    parsed.header.source = source;
    info.source = endpointText(*source, *from);
    info.destination = endpointText(*destination, *to);
    return parsed;
}

unsigned number16(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) << 8 | static_cast<unsigned char>(bytes[at + 1]);
}

IpAddress rawAddress(std::string_view bytes, bool v4) {
    if (v4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        std::memcpy(&in.sin_addr, bytes.data(), 4);
        return *IpAddress::of(reinterpret_cast<const sockaddr&>(in));
    }
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, bytes.data(), 16);
    return *IpAddress::of(reinterpret_cast<const sockaddr&>(in));
}

// The addresses of version 2: source, destination, both ports. False if the length does not reach.
bool readAddresses(std::string_view payload, int family, ProxyHeader& header) {
    const bool v4 = family == 1;
    const std::size_t size = v4 ? 4 : 16;
    if (payload.size() < 2 * size + 4) return false;
    header.source = rawAddress(payload, v4);
    header.info.source = endpointText(*header.source, number16(payload, 2 * size));
    header.info.destination = endpointText(rawAddress(payload.substr(size), v4), number16(payload, 2 * size + 2));
    return true;
}

ProxyResult parseV2(std::string_view bytes) {
    if (bytes.size() < kFixedV2) return result(State::incomplete);
    const auto version = static_cast<unsigned char>(bytes[12]);
    const auto transport = static_cast<unsigned char>(bytes[13]);
    const std::size_t length = kFixedV2 + number16(bytes, 14);
    const int family = transport >> 4, protocol = transport & 15;
    if (version >> 4 != 2 || (version & 15) > 1 || family > 3 || protocol > 2 || length > kMostProxyHeader) return result(State::malformed);
    if (bytes.size() < length) return result(State::incomplete);
    ProxyResult parsed{State::complete, length, {}};
    parsed.header.info.version = 2;
    static constexpr const char* kNames[4][3] = {{"UNKNOWN", "UNKNOWN", "UNKNOWN"}, {"UNKNOWN", "TCP4", "UDP4"}, {"UNKNOWN", "TCP6", "UDP6"}, {"UNKNOWN", "UNIX", "UNIX"}};
    const bool local = (version & 15) == 0;  // the proxy's own connection, e.g. a health check
    parsed.header.info.transport = local ? "LOCAL" : kNames[family][protocol];
    const bool addressed = !local && protocol != 0 && (family == 1 || family == 2);
    if (addressed && !readAddresses(bytes.substr(kFixedV2, length - kFixedV2), family, parsed.header)) return result(State::malformed);
    return parsed;
}

}  // namespace

ProxyResult parseProxyHeader(std::string_view bytes) {
    constexpr std::string_view kSignatureV1 = "PROXY ";
    if (bytes.empty()) return result(State::incomplete);
    const bool first = bytes.front() == 'P';
    const std::string_view signature = first ? kSignatureV1 : kSignatureV2;
    const std::size_t known = std::min(signature.size(), bytes.size());
    if (bytes.substr(0, known) != signature.substr(0, known)) return result(State::malformed);
    if (known < signature.size()) return result(State::incomplete);
    return first ? parseV1(bytes) : parseV2(bytes);
}

}  // namespace latchkey::http
