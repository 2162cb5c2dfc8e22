// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/phc.h"

#include <charconv>
#include <openssl/evp.h>

namespace latchkey::passwords {

namespace {

std::string encode(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
    text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), from, static_cast<int>(bytes.size()))));
    while (text.ends_with('=')) text.pop_back();
    return text;
}

std::optional<std::string> decode(std::string_view text) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.find_first_not_of(kAlphabet) != std::string_view::npos || text.size() % 4 == 1 || text.size() > 1024) return std::nullopt;
    std::string padded(text);
    while (padded.size() % 4 != 0) padded += '=';
    std::string bytes(padded.size() / 4 * 3 + 1, '\0');
    const auto* from = reinterpret_cast<const unsigned char*>(padded.data());
    const int count = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), from, static_cast<int>(padded.size()));
    if (count < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(count) - (padded.size() - text.size()));
    return bytes;
}

std::optional<std::uint32_t> number(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(by);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

bool readParameters(std::string_view text, Phc& phc) {
    for (const std::string_view part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) return false;
        const auto value = number(part.substr(equals + 1));
        if (!value || phc.parameter(part.substr(0, equals))) return false;
        phc.parameters.emplace_back(part.substr(0, equals), *value);
    }
    return true;
}

}  // namespace

std::optional<Phc> Phc::parse(std::string_view text) {
    if (!text.starts_with('$') || text.size() > 4096) return std::nullopt;
    const auto parts = split(text.substr(1), '$');
    if (parts.size() < 3 || parts.size() > 5) return std::nullopt;
    Phc phc;
    phc.id = parts[0];
    std::size_t next = 1;
    if (parts.size() > 3 && parts[next].starts_with("v=")) {
        phc.version = number(parts[next++].substr(2));
        if (!phc.version) return std::nullopt;
    }
    if (parts.size() - next == 3 && !readParameters(parts[next++], phc)) return std::nullopt;
    if (parts.size() - next != 2) return std::nullopt;
    auto salt = decode(parts[next]);
    auto hash = decode(parts[next + 1]);
    if (!salt || !hash) return std::nullopt;
    phc.salt = std::move(*salt);
    phc.hash = std::move(*hash);
    return phc;
}

std::string Phc::text() const {
    std::string out = "$" + id;
    if (version) out += "$v=" + std::to_string(*version);
    char before = '$';
    for (const auto& [name, value] : parameters) {
        out += before + name + "=" + std::to_string(value);
        before = ',';
    }
    return out + "$" + encode(salt) + "$" + encode(hash);
}

std::optional<std::uint32_t> Phc::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters) {
        if (key == name) return value;
    }
    return std::nullopt;
}

}  // namespace latchkey::passwords
