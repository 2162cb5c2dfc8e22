// SPDX-License-Identifier: Apache-2.0
#include "domain/mailer.h"

#include <algorithm>
#include <utility>

namespace latchkey {

MailError::MailError(const std::string& message, Kind kind, std::string cure) : Error(message), kind_(kind), cure_(std::move(cure)) {}
MailError::~MailError() = default;
Mailer::~Mailer() = default;
MailSender::~MailSender() = default;
MailTransport::~MailTransport() = default;

namespace {

bool isAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Dots between, never first, last or twice.
template <typename Allowed>
bool isDotted(std::string_view text, Allowed allowed) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) { return c == '.' || allowed(c); });
}

bool isAtomText(char c) { return isAlphanumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos; }
bool isHostText(char c) { return isAlphanumeric(c) || c == '-'; }

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// "Some \"quoted\" Name" → Some "quoted" Name
std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        out += text[i];
    }
    return out;
}

}  // namespace

bool isMailAddress(std::string_view text) {
    constexpr std::size_t kLongestAddress = 254, kLongestLocalPart = 64;  // RFC 5321 §4.5.3.1
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at > kLongestLocalPart || text.size() > kLongestAddress) return false;
    return isDotted(text.substr(0, at), isAtomText) && isDotted(text.substr(at + 1), isHostText);
}

Mailbox Mailbox::parse(std::string_view text) {
    text = trimmed(text);
    Mailbox box{.name = {}, .address = std::string(text)};
    const std::size_t open = text.rfind('<');
    if (open != std::string_view::npos && text.ends_with('>')) {
        box.name = unquoted(trimmed(text.substr(0, open)));
        box.address = std::string(text.substr(open + 1, text.size() - open - 2));
    }
    const bool breaks = box.name.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
    if (breaks || !isMailAddress(box.address)) throw MailError("not a mailbox such as \"Some Name\" <user@example.org>", MailError::Kind::permanent);
    return box;
}

}  // namespace latchkey
