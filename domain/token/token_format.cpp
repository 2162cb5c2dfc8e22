// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_format.h"

#include "domain/secret.h"
#include "kernel/error.h"

#include <array>
#include <cstdint>

namespace latchkey {

namespace {

constexpr std::size_t kPrefix = 3;
constexpr std::size_t kRandom = 30;
constexpr std::size_t kChecksum = 6;
constexpr std::size_t kChecked = kPrefix + 1 + kRandom;  // what the checksum is made of
constexpr std::size_t kLength = kChecked + 1 + kChecksum;
constexpr std::size_t kSeed = 32;

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::array<std::string_view, 5> kPrefixes{"mat", "mar", "mct", "mcr", "mpt"};  // in the order of TokenKind

constexpr std::array<std::uint32_t, 256> crcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ ((value & 1) != 0 ? 0xEDB88320U : 0);
        table[byte] = value;
    }
    return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = crcTable();

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFF];
    return ~crc;
}

// The least significant digit comes first, and yet a short number is padded on the left: what the reference does is the format.
std::array<char, kChecksum> checksum(std::string_view checked) {
    constexpr auto kBase = static_cast<std::uint32_t>(kBase62.size());
    std::uint32_t crc = crc32(checked);
    std::size_t digits = 0;
    for (std::uint32_t rest = crc; rest != 0; rest /= kBase) ++digits;
    std::array<char, kChecksum> text{};
    text.fill(kBase62[0]);
    for (std::size_t at = kChecksum - digits; at < kChecksum; ++at, crc /= kBase) text[at] = kBase62[crc % kBase];
    return text;
}

constexpr bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Takes the bytes as one number and writes its last thirty digits to base 62. There are 2^256 numbers for 62^30 texts, so no text
// is likelier than another by more than one part in 2^77. Five digits at a time, to divide less.
void writeDigits(std::string_view seed, char* out) {
    constexpr std::uint32_t kFiveDigits = 62U * 62 * 62 * 62 * 62;
    std::array<std::uint32_t, kSeed / 4> words{};
    for (std::size_t i = 0; i < kSeed; ++i) words[i / 4] = words[i / 4] << 8 | static_cast<unsigned char>(seed[i]);
    for (std::size_t written = 0; written < kRandom;) {
        std::uint64_t rest = 0;
        for (std::uint32_t& word : words) {
            rest = rest << 32 | word;
            word = static_cast<std::uint32_t>(rest / kFiveDigits);
            rest %= kFiveDigits;
        }
        for (int i = 0; i < 5; ++i, rest /= 62) out[written++] = kBase62[rest % 62];
    }
}

constexpr int urlDigit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

// Unpadded base64url whose bytes from the fifth on are `location `: the first field of a macaroon (of old Synapses).
bool isMacaroon(std::string_view token) {
    constexpr std::string_view kField = "location ";
    constexpr std::size_t kOffset = 4;
    if (token.size() % 4 == 1 || token.size() * 3 / 4 < kOffset + kField.size()) return false;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    std::size_t index = 0;
    for (const char c : token) {
        const int digit = urlDigit(c);
        if (digit < 0) return false;
        buffer = buffer << 6 | static_cast<std::uint32_t>(digit);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        const auto byte = static_cast<char>(buffer >> bits & 0xFF);
        if (index >= kOffset && index < kOffset + kField.size() && byte != kField[index - kOffset]) return false;
        ++index;
    }
    return (buffer & ((1U << bits) - 1)) == 0;
}

}  // namespace

std::string newToken(TokenKind kind) { return tokenFrom(kind, randomBytes(kSeed)); }

std::string tokenFrom(TokenKind kind, std::string_view bytes) {
    if (bytes.size() < kSeed) throw Error("a token needs 32 random bytes");
    std::string token;
    token.reserve(kLength);
    token.append(kPrefixes[static_cast<std::size_t>(kind)]).append(kRandom + 1, '_');
    writeDigits(bytes, token.data() + kPrefix + 1);
    const auto check = checksum(token);
    token += '_';
    return token.append(check.data(), check.size());
}

std::optional<TokenKind> tokenKind(std::string_view token) {
    if (token.starts_with("syt_") || isMacaroon(token)) return TokenKind::compatAccess;
    if (token.starts_with("syr_")) return TokenKind::compatRefresh;
    if (token.size() != kLength || token[kPrefix] != '_' || token[kChecked] != '_') return std::nullopt;
    for (const char c : token.substr(kPrefix + 1, kRandom)) {
        if (!alphanumeric(c)) return std::nullopt;
    }
    const auto check = checksum(token.substr(0, kChecked));
    if (token.substr(kChecked + 1) != std::string_view(check.data(), check.size())) return std::nullopt;
    for (std::size_t i = 0; i < kPrefixes.size(); ++i) {
        if (token.starts_with(kPrefixes[i])) return static_cast<TokenKind>(i);
    }
    return std::nullopt;
}

}  // namespace latchkey
