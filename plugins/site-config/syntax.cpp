// SPDX-License-Identifier: Apache-2.0
#include "plugins/site-config/syntax.h"

#include "domain/id.h"
#include "kernel/config/section.h"

#include <algorithm>
#include <cctype>

namespace latchkey::site {

namespace {

bool isAtomText(unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80 || std::string_view("!#$%&'*+-/=?^_`{|}~").find(static_cast<char>(c)) != std::string_view::npos; }

bool isDotAtom(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '.' || isAtomText(c); });
}

bool isAddress(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > 320) return false;
    std::string_view local = text.substr(0, at);
    const bool quoted = local.size() > 2 && local.front() == '"' && local.back() == '"' && local.substr(1, local.size() - 2).find_first_of("\"\\\r\n") == std::string_view::npos;
    return (quoted || isDotAtom(local)) && isDotAtom(text.substr(at + 1));
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

bool isDisplayName(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.find_first_of("\r\n") == std::string_view::npos;
    return text.find_first_of("<>@,;:\"()[]\\\r\n") == std::string_view::npos;
}

}  // namespace

bool isMailbox(std::string_view text) {
    text = trimmed(text);
    const auto open = text.rfind('<');
    if (open == std::string_view::npos) return isAddress(text);
    return text.ends_with('>') && isDisplayName(trimmed(text.substr(0, open))) && isAddress(text.substr(open + 1, text.size() - open - 2));
}

void checkUlid(const config::Section& section, std::string_view key) {
    const std::string text = section.requiredString(key);
    if (!text.empty() && !Ulid::parse(text)) section.problem(key, "`" + text.substr(0, 40) + "` is not a ULID: 26 characters of 0-9 and A-Z without I, L, O and U");
}

void checkMailbox(const config::Section& section, std::string_view key, std::string_view fallback) {
    const std::string text = section.string(key, fallback);
    if (!isMailbox(text)) section.problem(key, "is not a mailbox such as \"Some Name\" <user@example.org>");
}

bool usesSecret(std::string_view method) { return method.starts_with("client_secret_"); }

}  // namespace latchkey::site
