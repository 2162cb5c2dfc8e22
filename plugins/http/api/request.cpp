// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/request.h"

#include "plugins/http/api/escape.h"

#include <algorithm>

namespace latchkey::http {

namespace {

constexpr std::size_t kMostParameters = 1000;

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<Parameters> Parameters::parse(std::string_view encoded) {
    Parameters parameters;
    while (!encoded.empty()) {
        const std::size_t end = std::min(encoded.find('&'), encoded.size());
        const std::string_view pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percentDecode(pair.substr(0, equals), true);
        auto value = percentDecode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value || parameters.items_.size() == kMostParameters) return std::nullopt;
        parameters.items_.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::optional<std::string_view> Parameters::get(std::string_view name) const {
    for (const auto& [key, value] : items_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::size_t Parameters::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(items_.begin(), items_.end(), [name](const auto& item) { return item.first == name; }));
}

std::string_view Request::parameter(std::string_view name) const {
    for (const auto& [key, value] : pathParameters) {
        if (key == name) return value;
    }
    return {};
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (std::string_view line : headers.all("Cookie")) {
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(';'), line.size());
            const std::string_view pair = trim(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) return trim(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

std::string Request::mediaType() const {
    const std::string_view field = headers.get("Content-Type").value_or("");
    std::string type(trim(field.substr(0, std::min(field.find(';'), field.size()))));
    for (char& c : type) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return type;
}

}  // namespace latchkey::http
