// SPDX-License-Identifier: Apache-2.0
#include "domain/id.h"

namespace latchkey {

namespace {

constexpr char kCrockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr char kHex[] = "0123456789abcdef";

int crockfordValue(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    for (int value = 0; value < 32; ++value) {
        if (kCrockford[value] == c) return value;
    }
    return -1;
}

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool dashBefore(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

Ulid Ulid::make(Instant now, const std::array<std::uint8_t, 10>& random) {
    Ulid made;
    const std::int64_t ms = now.us < 0 ? 0 : now.us / 1000;
    for (unsigned i = 0; i < 6; ++i) made.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    for (unsigned i = 0; i < 10; ++i) made.bytes[6 + i] = random[i];
    return made;
}

// 26 characters of 5 bits are 130 bits: the first character holds only the top three of the 128.
std::optional<Ulid> Ulid::parse(std::string_view text) {
    if (text.size() != 26) return std::nullopt;
    Ulid parsed;
    unsigned buffer = 0;
    unsigned bits = 0;
    std::size_t out = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = crockfordValue(text[i]);
        if (value < 0 || (i == 0 && value > 7)) return std::nullopt;
        buffer = (buffer << 5 | static_cast<unsigned>(value)) & 0xFFFF;
        bits += i == 0 ? 3 : 5;
        if (bits >= 8) {
            bits -= 8;
            parsed.bytes[out++] = static_cast<std::uint8_t>(buffer >> bits);
        }
    }
    return parsed;
}

std::optional<Ulid> Ulid::parseUuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Ulid parsed;
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        if (dashBefore(i) && text[at++] != '-') return std::nullopt;
        const int high = hexValue(text[at]);
        const int low = hexValue(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        parsed.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
        at += 2;
    }
    return parsed;
}

std::string Ulid::text() const {
    std::string out;
    out.reserve(26);
    unsigned buffer = 0;
    unsigned bits = 2;  // two zero bits in front make 130
    for (const std::uint8_t byte : bytes) {
        buffer = (buffer << 8 | byte) & 0xFFFF;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out += kCrockford[buffer >> bits & 31];
        }
    }
    return out;
}

std::string Ulid::uuid() const {
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < 16; ++i) {
        if (dashBefore(i)) out += '-';
        out += kHex[bytes[i] >> 4];
        out += kHex[bytes[i] & 15];
    }
    return out;
}

Instant Ulid::time() const {
    std::int64_t ms = 0;
    for (unsigned i = 0; i < 6; ++i) ms = ms << 8 | bytes[i];
    return {ms * 1000};
}

std::int64_t Ulid::low64() const {
    std::uint64_t value = 0;
    for (unsigned i = 8; i < 16; ++i) value = value << 8 | bytes[i];
    return static_cast<std::int64_t>(value);
}

}  // namespace latchkey
