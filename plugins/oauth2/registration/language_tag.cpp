// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/language_tag.h"

#include <algorithm>
#include <vector>

namespace latchkey::oauth2 {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return c >= 'a' && c <= 'z'; }
bool letters(const std::string& part, std::size_t least, std::size_t most) {
    return part.size() >= least && part.size() <= most && std::ranges::all_of(part, isLetter);
}
char upper(char c) { return isLetter(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Lower-cased; empty if a part is empty, too long or holds anything but letters and digits.
std::vector<std::string> partsOf(std::string_view text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '-') parts.emplace_back();
        else parts.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const auto good = [](const std::string& part) {
        return !part.empty() && part.size() <= 8 && std::ranges::all_of(part, [](char c) { return isLetter(c) || isDigit(c); });
    };
    return std::ranges::all_of(parts, good) ? parts : std::vector<std::string>();
}

bool isRegion(const std::string& part) { return letters(part, 2, 2) || (part.size() == 3 && std::ranges::all_of(part, isDigit)); }
bool isVariant(const std::string& part) { return part.size() >= 5 || (part.size() == 4 && isDigit(part.front())); }

// Walks language, extended languages, script, region, variants, extensions and private use, and sets the case of the two
// that are not in lower case. False if something is left over.
bool walk(std::vector<std::string>& parts) {
    std::size_t at = 0;
    const auto more = [&] { return at < parts.size(); };
    if (parts.front() != "x") {
        if (!letters(parts[at++], 2, 8)) return false;
        for (int i = 0; i < 3 && parts.front().size() <= 3 && more() && letters(parts[at], 3, 3); ++i) ++at;
        if (more() && letters(parts[at], 4, 4)) {
            parts[at].front() = upper(parts[at].front());
            ++at;
        }
        if (more() && isRegion(parts[at])) {
            std::ranges::transform(parts[at], parts[at].begin(), upper);
            ++at;
        }
        while (more() && isVariant(parts[at])) ++at;
        while (more() && parts[at].size() == 1 && parts[at] != "x") {
            const std::size_t begin = ++at;
            while (more() && parts[at].size() >= 2) ++at;
            if (at == begin) return false;
        }
    }
    if (more() && parts[at] == "x") return at + 1 < parts.size();
    return !more();
}

}  // namespace

std::optional<std::string> languageTag(std::string_view text) {
    std::vector<std::string> parts = partsOf(text);
    if (parts.empty() || !walk(parts)) return std::nullopt;
    std::string tag = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) tag += "-" + parts[i];
    return tag;
}

}  // namespace latchkey::oauth2
