// SPDX-License-Identifier: Apache-2.0
#include "domain/user/text_lock.h"

#include "domain/crypto/encoding.h"
#include "domain/store.h"

namespace latchkey {

std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

void lockText(UnitOfWork& work, std::string_view kind, std::string_view text) {
    std::uint64_t key = 0;
    for (const char byte : sha256(std::string(kind) + ":" + lowered(text)).substr(0, sizeof key)) key = key << 8 | static_cast<unsigned char>(byte);
    work.lock(static_cast<std::int64_t>(key));
}

}  // namespace latchkey
