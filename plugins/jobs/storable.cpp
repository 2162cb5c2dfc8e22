// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/storable.h"

#include <Poco/UTF8Encoding.h>

namespace latchkey::jobs {

namespace {

constexpr std::size_t kLongest = 1000;

// Of the character that begins here, in bytes; 0: none does.
std::size_t lengthOf(std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    return length <= text.size() && Poco::UTF8Encoding::isLegal(bytes, static_cast<int>(length)) ? length : 0;
}

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

std::string storable(std::string_view reason) {
    std::string text;
    while (!reason.empty()) {
        const std::size_t length = lengthOf(reason);
        const std::string_view one = length == 0 || (isControl(reason[0]) && reason[0] != '\n') ? "?" : reason[0] == '\n' ? " " : reason.substr(0, length);
        if (text.size() + one.size() > kLongest) break;
        text += one;
        reason.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

}  // namespace latchkey::jobs
