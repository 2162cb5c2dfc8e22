// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/web_host.h"

#include "kernel/c_pointer.h"
#include "kernel/ip_address.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace latchkey::oauth2 {

namespace {

constexpr std::size_t kLongestHost = 253 + 1;

bool isAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string hexGroup(unsigned value) {
    char text[8];
    std::snprintf(text, sizeof text, "%x", value);
    return text;
}

// RFC 5952 §4.2, but always in hexadecimal, as browsers write it: the first longest run of at least two zero groups becomes `::`.
std::string ipv6Text(const std::array<unsigned, 8>& groups) {
    std::size_t best = 8, length = 1;
    for (std::size_t begin = 0; begin < 8; ++begin) {
        std::size_t end = begin;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - begin > length) best = begin, length = end - begin;
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            text += "::";
            i += length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        text += hexGroup(groups[i]);
    }
    return text;
}

// "[::1]"
std::optional<std::string> ipv6(std::string_view text) {
    if (text.size() < 4 || text.back() != ']' || text.find(':') == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
    if (!address) return std::nullopt;
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = address->bytes[2 * i] * 256u + address->bytes[2 * i + 1];
    return "[" + ipv6Text(groups) + "]";
}

// Whether browsers would take it for an IPv4 address: its last label is a number.
bool endsInNumber(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return !last.empty() && (std::ranges::all_of(last, isDigit) || last.starts_with("0x"));
}

// UTS #46 as browsers do it. Nothing if the name is malformed.
std::optional<std::string> punycode(std::string_view host) {
    UErrorCode error = U_ZERO_ERROR;
    const CPointer<UIDNA, uidna_close> idna(uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ, &error));
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    std::array<char, 512> out{};
    const auto length = uidna_nameToASCII_UTF8(idna.get(), host.data(), static_cast<std::int32_t>(host.size()), out.data(), out.size(), &info, &error);
    if (U_FAILURE(error) || info.errors != 0) return std::nullopt;
    return std::string(out.data(), static_cast<std::size_t>(length));
}

bool isNameCharacter(char c) { return isDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_'; }

}  // namespace

std::optional<std::string> webHost(std::string_view text) {
    if (text.starts_with('[')) return ipv6(text);
    if (text.empty() || text.size() > kLongestHost) return std::nullopt;
    std::string host(text);
    for (char& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const bool international = !std::ranges::all_of(host, isAscii) || host.starts_with("xn--") || host.find(".xn--") != std::string::npos;
    if (international) {
        auto name = punycode(host);
        if (!name) return std::nullopt;
        host = std::move(*name);
    }
    if (!std::ranges::all_of(host, isNameCharacter) || host.front() == '.' || host.find("..") != std::string::npos) return std::nullopt;
    if (endsInNumber(host) && !IpAddress::parse(host)) return std::nullopt;
    return host;
}

std::optional<std::string> opaqueHost(std::string_view text) {
    if (text.starts_with('[')) return ipv6(text);
    const auto allowed = [](char c) { return isAscii(c) && (isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("-._~!$&'()*+,;=%").find(c) != std::string_view::npos); };
    if (!std::ranges::all_of(text, allowed)) return std::nullopt;
    return std::string(text);
}

}  // namespace latchkey::oauth2
