// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/email_address.h"

#include "domain/crypto/encoding.h"

namespace latchkey::account {

std::string lowered(std::string_view address) {
    std::string lower(address);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

std::int64_t addressLock(std::string_view address) {
    std::uint64_t key = 0;
    for (const char byte : sha256("latchkey e-mail address " + lowered(address)).substr(0, sizeof key)) key = key << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(key);
}

}  // namespace latchkey::account
