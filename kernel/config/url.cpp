// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace latchkey::config {

namespace {

bool isScheme(std::string_view text) {
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

bool isSpecial(std::string_view scheme) { return scheme == "http" || scheme == "https" || scheme == "ws" || scheme == "wss"; }

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// Blanks, controls, quotes and everything beyond ASCII; what is escaped already stays as it is.
std::string encoded(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '<' || c == '>') {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out;
}

bool isHost(std::string_view host) {
    if (host.empty()) return false;
    if (host.front() == '[') {
        return host.back() == ']' && host.size() > 3 &&
               std::all_of(host.begin() + 1, host.end() - 1, [](unsigned char c) { return std::isxdigit(c) != 0 || c == ':' || c == '.'; });
    }
    return host.find_first_of(" #%/:<>?@[\\]^|\"`{}\t\r\n") == std::string_view::npos;
}

bool isPort(std::string_view port) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    return port.empty() || (error == std::errc{} && end == port.data() + port.size() && value <= 65535);
}

std::string_view defaultPort(std::string_view scheme) { return scheme == "https" || scheme == "wss" ? "443" : "80"; }

// RFC 3986 §5.2.4 for a path that is empty or begins with a slash; an empty one becomes "/".
std::string withoutDotSegments(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const auto end = std::min(path.find('/', 1), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        if (segment == "/..") out.erase(std::min(out.rfind('/'), out.size()));
        else if (segment != "/.") out += segment;
        if (path.empty() && (segment == "/." || segment == "/..")) out += '/';
    }
    return out.empty() ? "/" : out;
}

// "user@host:port" in its normal form; nothing if malformed.
std::optional<std::string> authority(std::string_view text, std::string_view scheme) {
    const auto at = text.rfind('@');
    const std::string user = at == std::string_view::npos ? "" : std::string(text.substr(0, at + 1));
    std::string_view host = at == std::string_view::npos ? text : text.substr(at + 1);
    std::string_view port;
    const auto colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
        port = host.substr(colon + 1);
        host = host.substr(0, colon);
    }
    if (!isHost(host) || !isPort(port)) return std::nullopt;
    const bool keepPort = !port.empty() && port != defaultPort(scheme);
    return user + lower(host) + (keepPort ? ":" + std::string(port) : "");
}

}  // namespace

std::optional<std::string> normalizeUrl(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !isScheme(text.substr(0, colon)) || text.size() > 8192) return std::nullopt;
    const std::string scheme = lower(text.substr(0, colon));
    std::string_view rest = text.substr(colon + 1);
    if (!isSpecial(scheme)) return scheme + ":" + encoded(rest);
    if (!rest.starts_with("//")) return std::nullopt;
    rest.remove_prefix(2);
    const auto pathBegin = std::min(rest.find_first_of("/?#"), rest.size());
    const auto host = authority(rest.substr(0, pathBegin), scheme);
    if (!host) return std::nullopt;
    rest.remove_prefix(pathBegin);
    const auto tailBegin = std::min(rest.find_first_of("?#"), rest.size());
    return scheme + "://" + *host + encoded(withoutDotSegments(rest.substr(0, tailBegin))) + encoded(rest.substr(tailBegin));
}

}  // namespace latchkey::config
