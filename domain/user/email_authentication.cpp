// SPDX-License-Identifier: Apache-2.0
#include "domain/user/email_authentication.h"

#include "domain/secret.h"

#include <cstdint>

namespace latchkey {

EmailAuthenticationRepository::~EmailAuthenticationRepository() = default;

namespace {

constexpr std::uint32_t kCodes = 1'000'000;
constexpr std::size_t kDigits = 6;

// Of the 2^32 values the last, incomplete million would favour small codes: those are drawn again.
std::uint32_t evenlyBelow(std::uint32_t bound) {
    const std::uint32_t largest = UINT32_MAX - UINT32_MAX % bound;
    for (;;) {
        std::uint32_t value = 0;
        for (const char byte : randomBytes(sizeof value)) value = value << 8 | static_cast<unsigned char>(byte);
        if (value < largest) return value % bound;
    }
}

}  // namespace

std::string newEmailCode() {
    const std::string digits = std::to_string(evenlyBelow(kCodes));
    return std::string(kDigits - digits.size(), '0') + digits;
}

EmailCodeMatch matchEmailCode(const std::vector<EmailAuthenticationCode>& sent, std::string_view entered, Instant now) {
    bool known = false;
    bool valid = false;
    for (const EmailAuthenticationCode& each : sent) {
        const bool same = constantTimeEquals(each.code, entered);
        known |= same;
        valid |= same && now < each.expiresAt;
    }
    if (valid) return EmailCodeMatch::valid;
    return known ? EmailCodeMatch::expired : EmailCodeMatch::unknown;
}

}  // namespace latchkey
