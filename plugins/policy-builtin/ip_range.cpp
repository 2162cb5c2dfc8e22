// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/ip_range.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace latchkey::policy {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

std::optional<Bytes> address(const std::string& text) {
    Bytes bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    if (::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) != 1) return std::nullopt;
    bytes[10] = bytes[11] = 0xff;
    return bytes;
}

std::optional<unsigned> number(const std::string& text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

}  // namespace

std::optional<IpRange> IpRange::parse(const std::string& text) {
    const auto slash = text.find('/');
    const std::string host = text.substr(0, slash);
    const auto bytes = address(host);
    if (!bytes) return std::nullopt;
    IpRange range;
    range.bytes_ = *bytes;
    if (slash == std::string::npos) return range;
    const unsigned offset = host.find(':') == std::string::npos ? 96 : 0;
    const auto prefix = number(text.substr(slash + 1), 128 - offset);
    if (!prefix) return std::nullopt;
    range.prefix_ = offset + *prefix;
    return range;
}

bool IpRange::contains(const std::string& text) const {
    const auto other = address(text);
    if (!other) return false;
    const unsigned whole = prefix_ / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other->begin())) return false;
    const unsigned rest = prefix_ % 8;
    return rest == 0 || ((bytes_[whole] ^ (*other)[whole]) >> (8 - rest)) == 0;
}

}  // namespace latchkey::policy
