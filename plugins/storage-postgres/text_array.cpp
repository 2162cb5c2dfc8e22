// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/text_array.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

constexpr char kHex[] = "0123456789abcdef";

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool isNull(std::string_view element) {
    constexpr std::string_view kNull = "null";
    return std::equal(element.begin(), element.end(), kNull.begin(), kNull.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// Reads the elements between the braces; fails on whatever the server would not write.
class ArrayReader {
public:
    explicit ArrayReader(std::string_view text) : text_(text) {}

    std::optional<std::vector<std::string>> read() {
        if (text_.size() < 2 || text_.front() != '{' || text_.back() != '}') return std::nullopt;
        text_ = text_.substr(1, text_.size() - 2);
        std::vector<std::string> elements;
        if (text_.empty()) return elements;
        for (;;) {
            auto element = at_ < text_.size() && text_[at_] == '"' ? quoted() : plain();
            if (!element) return std::nullopt;
            elements.push_back(std::move(*element));
            if (at_ == text_.size()) return elements;
            if (text_[at_++] != ',') return std::nullopt;
        }
    }

private:
    std::optional<std::string> quoted() {
        std::string element;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                ++at_;
                return element;
            }
            if (text_[at_] == '\\' && ++at_ == text_.size()) break;
            element += text_[at_];
        }
        return std::nullopt;
    }

    std::optional<std::string> plain() {
        const std::size_t end = std::min(text_.find(',', at_), text_.size());
        const std::string_view element = text_.substr(at_, end - at_);
        at_ = end;
        if (element.empty() || isNull(element) || element.find_first_of("{}\"\\") != std::string_view::npos) return std::nullopt;
        return std::string(element);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::string textArray(const std::vector<std::string>& elements) {
    std::string out = "{";
    for (const std::string& element : elements) {
        out += out.size() == 1 ? "\"" : ",\"";
        for (const char c : element) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out += '}';
}

std::optional<std::vector<std::string>> parseTextArray(std::string_view text) { return ArrayReader(text).read(); }

std::string hexBytes(std::string_view raw) {
    std::string out = "\\x";
    out.reserve(2 + 2 * raw.size());
    for (const char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

std::optional<std::string> parseHexBytes(std::string_view text) {
    if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 2; i < text.size(); i += 2) {
        const int high = hexValue(text[i]);
        const int low = hexValue(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

}  // namespace latchkey::pg
