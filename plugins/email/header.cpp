// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/mime.h"

#include "domain/crypto/encoding.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace latchkey::email {

namespace {

constexpr std::size_t kLongestText = 512;   // bytes of a name or subject; what is above is cut
constexpr std::size_t kLongestPlain = 60;   // fits one line together with any of our headers' names

bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the UTF-8 character that begins here; 0 if none does.
std::size_t characterLength(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    if (length == 0 || length > text.size()) return 0;
    return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), isContinuation) ? length : 0;
}

// Without control characters and broken UTF-8, without blanks at the ends, not too long.
std::string tidied(std::string_view text) {
    std::string out;
    while (!text.empty() && out.size() < kLongestText) {
        const std::size_t length = characterLength(text);
        if (length == 0) out += "\xEF\xBF\xBD";  // U+FFFD
        else if (length == 1 && (text.front() < 0x20 || text.front() == 0x7F)) out += ' ';
        else out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    const std::size_t begin = out.find_first_not_of(' ');
    return begin == std::string::npos ? std::string() : out.substr(begin, out.find_last_not_of(' ') - begin + 1);
}

bool isPlain(std::string_view text) {
    return text.size() <= kLongestPlain && text.find("=?") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string encodedWords(std::string_view text) {
    constexpr std::size_t kBytesPerWord = 42;  // 56 characters of base64, 68 with the rest
    std::string out;
    while (!text.empty()) {
        std::size_t length = 0;
        while (length < text.size()) {
            const std::size_t next = characterLength(text.substr(length));
            if (length + next > kBytesPerWord) break;
            length += next;
        }
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string unstructuredHeader(std::string_view text) {
    const std::string tidy = tidied(text);
    return isPlain(tidy) ? tidy : encodedWords(tidy);
}

std::string mailboxHeader(const Mailbox& mailbox) {
    if (!isMailAddress(mailbox.address)) throw MailError("the address is none that mail can be sent to", MailError::Kind::permanent);
    const std::string name = tidied(mailbox.name);
    if (name.empty()) return mailbox.address;
    const bool quotable = isPlain(name) && name.find_first_of("\"\\") == std::string::npos;
    return (quotable ? '"' + name + '"' : encodedWords(name)) + "\r\n <" + mailbox.address + '>';
}

std::string mailDate(Instant at) {
    static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = at.us / 1'000'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                  kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

}  // namespace latchkey::email
