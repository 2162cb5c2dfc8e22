// SPDX-License-Identifier: Apache-2.0
#include "plugins/captcha-pow/challenge.h"

#include "domain/crypto/encoding.h"
#include "domain/crypto/encrypter.h"
#include "domain/secret.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>

namespace latchkey::pow {

namespace {

constexpr std::size_t kLongestNumber = 12;
constexpr std::size_t kLongestChallenge = 200;

int leadingZeroBits(std::string_view bytes) {
    int bits = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        bits += std::countl_zero(byte);
        if (byte != 0) break;
    }
    return bits;
}

std::int64_t numberAt(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

// "<registration>.<expiry in seconds>.<bits>.<signature>"
std::string Challenges::signedText(const std::string& claims) const { return claims + "." + base64Url(encrypter_.derive("captcha-pow challenge", claims)); }

std::string Challenges::make(const Ulid& registration, Instant now) const {
    return signedText(registration.text() + "." + std::to_string((now + lifetime_).us / 1'000'000) + "." + std::to_string(difficulty_));
}

Challenges::Verdict Challenges::judge(std::string_view challenge, std::string_view number, const Ulid& registration, Instant now) const {
    const std::size_t signature = challenge.rfind('.');
    if (challenge.size() > kLongestChallenge || signature == std::string_view::npos) return Verdict::wrong;
    const std::string claims(challenge.substr(0, signature));
    if (!constantTimeEquals(signedText(claims), challenge) || !claims.starts_with(registration.text() + ".")) return Verdict::wrong;
    const std::size_t expiry = claims.find('.') + 1;
    const std::size_t bits = claims.find('.', expiry) + 1;
    if (numberAt(std::string_view(claims).substr(expiry)) * 1'000'000 <= now.us) return Verdict::expired;
    const bool plain = !number.empty() && number.size() <= kLongestNumber && std::ranges::all_of(number, [](unsigned char c) { return std::isdigit(c) != 0; });
    if (!plain) return Verdict::wrong;
    const std::string hash = sha256(std::string(challenge) + ":" + std::string(number));
    return leadingZeroBits(hash) >= numberAt(std::string_view(claims).substr(bits)) ? Verdict::solved : Verdict::wrong;
}

}  // namespace latchkey::pow
