// SPDX-License-Identifier: Apache-2.0
#include "domain/template/source.h"

#include "kernel/error.h"

#include <algorithm>
#include <cctype>

namespace latchkey::templates {

namespace {

constexpr int kDeepest = 8;

// Calls `replace` for the inside of each {{tag}}; what it returns takes the tag's place.
std::string replaceTags(const std::string& text, const std::function<std::string(const std::string& tag, const std::string& whole)>& replace) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t begin = text.find("{{"); begin != std::string::npos; begin = text.find("{{", at)) {
        const std::size_t end = text.find("}}", begin);
        if (end == std::string::npos) break;
        out.append(text, at, begin - at);
        out += replace(text.substr(begin + 2, end - begin - 2), text.substr(begin, end + 2 - begin));
        at = end + 2;
    }
    return out.append(text, at);
}

std::string trim(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

bool isName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_'; });
}

// A text with its {{name}} tags; every other tag is text.
std::string escaped(const std::string& text, bool html) {
    const auto escape = [html](std::string_view part) { return html ? escapeHtml(part) : std::string(part); };
    std::string out;
    std::size_t at = 0;
    for (std::size_t begin = text.find("{{"); begin != std::string::npos; begin = text.find("{{", at)) {
        const std::size_t end = std::min(text.find("}}", begin), text.size());
        const bool tag = end < text.size() && isName(trim(text.substr(begin + 2, end - begin - 2)));
        out += escape(std::string_view(text).substr(at, begin - at));
        if (tag) out.append(text, begin, end + 2 - begin);
        at = tag ? end + 2 : begin + 2;
    }
    return out += escape(std::string_view(text).substr(at));
}

}  // namespace

std::string Source::page(const std::string& page, const std::string& language) const {
    const std::string whole = include("layout" + rules_.extension, page, 0);
    return replaceTags(whole, [&](const std::string& tag, const std::string& original) {
        return replaced(tag, page, language).value_or(original);
    });
}

std::string Source::include(const std::string& file, const std::string& page, int depth) const {
    const auto found = files_.find(file);
    if (found == files_.end()) throw Error("templates: there is no " + file);
    if (depth == kDeepest) throw Error(file + ": parts within parts, too deep");
    return replaceTags(found->second, [&](const std::string& tag, const std::string& original) {
        if (!tag.starts_with('>')) return original;
        const std::string name = trim(tag.substr(1));
        return include((name == "content" ? page : name) + rules_.extension, page, depth + 1);
    });
}

std::optional<std::string> Source::replaced(const std::string& tag, const std::string& page, const std::string& language) const {
    if (tag.starts_with("t ")) return text(trim(tag.substr(2)), page, language);
    if (tag.starts_with("asset ")) return assetUrl_(trim(tag.substr(6)));
    return std::nullopt;
}

std::string Source::text(const std::string& key, const std::string& page, const std::string& language) const {
    const std::string full = key.starts_with('.') ? rules_.group + page + key : key;
    const std::string* found = translations_.find(language, full);
    if (found == nullptr) throw Error(page + rules_.extension + ": no translation has `" + full + "`");
    return escaped(*found, rules_.kind == Template::Kind::html);
}

}  // namespace latchkey::templates
