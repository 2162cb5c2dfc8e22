// SPDX-License-Identifier: Apache-2.0
#include "domain/template/language.h"

#include <algorithm>
#include <optional>

namespace latchkey::templates {

namespace {

constexpr std::size_t kMostRanges = 32;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

struct Range {
    std::string_view tag;
    int quality;  // thousandths
};

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "0", "0.8", "1.000"; -1 if it is none (RFC 9110 §12.4.2).
int thousandths(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) return -1;
    int value = (text[0] - '0') * 1000;
    int unit = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (c < '0' || c > '9') return -1;
        value += (c - '0') * unit;
        unit /= 10;
    }
    return value <= 1000 ? value : -1;
}

std::optional<Range> parseRange(std::string_view item) {
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view tag = trim(item.substr(0, semicolon));
    if (tag.empty()) return std::nullopt;
    if (semicolon == item.size()) return Range{tag, 1000};
    const std::string_view weight = trim(item.substr(semicolon + 1));
    if (!weight.starts_with("q=") && !weight.starts_with("Q=")) return std::nullopt;
    const int quality = thousandths(weight.substr(2));
    return quality < 0 ? std::nullopt : std::optional(Range{tag, quality});
}

std::vector<Range> parseAcceptLanguage(std::string_view header) {
    std::vector<Range> ranges;
    while (!header.empty() && ranges.size() < kMostRanges) {
        const std::size_t comma = std::min(header.find(','), header.size());
        if (const auto range = parseRange(header.substr(0, comma)); range && range->quality > 0) ranges.push_back(*range);
        header.remove_prefix(std::min(comma + 1, header.size()));
    }
    std::ranges::stable_sort(ranges, std::greater<>{}, &Range::quality);
    return ranges;
}

// "fr-CA" finds "fr-CA", then "fr".
const std::string* find(std::string_view tag, const std::vector<std::string>& available) {
    while (!tag.empty()) {
        const auto found = std::ranges::find_if(available, [tag](const std::string& each) { return equalIgnoringCase(each, tag); });
        if (found != available.end()) return &*found;
        const std::size_t hyphen = tag.rfind('-');
        tag = tag.substr(0, hyphen == std::string_view::npos ? 0 : hyphen);
    }
    return nullptr;
}

}  // namespace

std::string chooseLanguage(const std::vector<std::string>& preferred, std::string_view acceptLanguage, const std::vector<std::string>& available) {
    for (const std::string& tag : preferred) {
        if (const std::string* found = find(tag, available)) return *found;
    }
    for (const Range& range : parseAcceptLanguage(acceptLanguage)) {
        if (range.tag == "*") break;
        if (const std::string* found = find(range.tag, available)) return *found;
    }
    return std::string(kFallbackLanguage);
}

}  // namespace latchkey::templates
