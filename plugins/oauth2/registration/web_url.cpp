// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/web_url.h"

#include "plugins/oauth2/registration/web_host.h"

#include <algorithm>
#include <vector>

namespace latchkey::oauth2 {

namespace {

constexpr std::size_t kLongest = 2048;

// What is percent-encoded in each part, besides controls and everything beyond ASCII.
constexpr std::string_view kInFragment = " \"<>`";
constexpr std::string_view kInQuery = " \"#<>";
constexpr std::string_view kInWebQuery = " \"#<>'";
constexpr std::string_view kInPath = " \"#<>?`{}";
constexpr std::string_view kInCredentials = " \"#<>?`{}/:;=@[]|";

std::string encoded(std::string_view text, std::string_view escaped) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && escaped.find(c) == std::string_view::npos) out += c;
        else (out += '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
}

bool isAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// RFC 3986 §3.1, in lower case; empty if it is none.
std::string schemeOf(std::string_view text) {
    const auto allowed = [](char c) { return isAlpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; };
    return !text.empty() && isAlpha(text.front()) && std::ranges::all_of(text, allowed) ? lower(text) : "";
}

bool unacceptable(std::string_view text) {
    if (text.empty() || text.size() > kLongest || text.front() == ' ' || text.back() == ' ') return true;
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == '^'; });
}

int dots(const std::string& segment) {
    std::string plain = lower(segment);
    for (std::size_t at; (at = plain.find("%2e")) != std::string::npos;) plain.replace(at, 3, ".");
    return plain == "." ? 1 : plain == ".." ? 2 : 0;
}

// `path` begins with a slash.
std::string withoutDotSegments(std::string_view path) {
    std::vector<std::string> kept;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        std::string segment(path.substr(0, end));
        path.remove_prefix(end);
        const int count = dots(segment);
        if (count == 2 && !kept.empty()) kept.pop_back();
        if (count == 0) kept.push_back(std::move(segment));
        else if (path.empty()) kept.emplace_back();
    }
    std::string joined;
    for (const std::string& segment : kept) joined += "/" + segment;
    return joined;
}

std::optional<std::string> portOf(std::string_view text, std::string_view scheme) {
    while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
    if (text.size() > 5 || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    if (!text.empty() && std::stoi(std::string(text)) > 65535) return std::nullopt;
    const bool usual = (scheme == "http" && text == "80") || (scheme == "https" && text == "443");
    return usual ? "" : std::string(text);
}

// user:password@host:port
bool readAuthority(std::string_view text, WebUrl& url) {
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view user = text.substr(0, at);
        const std::size_t colon = std::min(user.find(':'), user.size());
        url.credentials = encoded(user.substr(0, colon), kInCredentials);
        if (colon + 1 < user.size()) url.credentials += ":" + encoded(user.substr(colon + 1), kInCredentials);
        text.remove_prefix(at + 1);
    }
    const std::size_t colon = text.rfind(':');
    const bool hasPort = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
    const auto port = portOf(hasPort ? text.substr(colon + 1) : std::string_view(), url.scheme);
    const std::string_view host = hasPort ? text.substr(0, colon) : text;
    url.host = url.isHttp() ? webHost(host) : opaqueHost(host);
    if (!url.host || !port || (url.host->empty() && (hasPort || at != std::string_view::npos))) return false;
    url.port = *port;
    return true;
}

// What stands before `?` and `#`.
bool readHierarchy(std::string_view text, WebUrl& url) {
    const bool authority = text.starts_with("//");
    if (url.isHttp() && !authority) return false;
    if (authority) {
        text.remove_prefix(2);
        const std::size_t slash = std::min(text.find('/'), text.size());
        if (!readAuthority(text.substr(0, slash), url)) return false;
        text.remove_prefix(slash);
    }
    if (text.starts_with('/')) url.path = encoded(withoutDotSegments(text), kInPath);
    else url.path = encoded(text, "");
    if (url.isHttp() && url.path.empty()) url.path = "/";
    return url.host || !url.path.starts_with("//");
}

}  // namespace

std::optional<WebUrl> WebUrl::parse(std::string_view text) {
    if (unacceptable(text)) return std::nullopt;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    WebUrl url;
    url.scheme = schemeOf(text.substr(0, colon));
    if (url.scheme.empty() || url.scheme == "file") return std::nullopt;
    text.remove_prefix(colon + 1);
    if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
        url.fragment = encoded(text.substr(hash + 1), kInFragment);
        text = text.substr(0, hash);
    }
    if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
        url.query = encoded(text.substr(mark + 1), url.isHttp() ? kInWebQuery : kInQuery);
        text = text.substr(0, mark);
    }
    if (!readHierarchy(text, url)) return std::nullopt;
    return url;
}

std::string WebUrl::text() const {
    std::string out = scheme + ":";
    if (host) out += "//" + credentials + (credentials.empty() ? "" : "@") + *host + (port.empty() ? "" : ":" + port);
    out += path;
    if (query) out += "?" + *query;
    if (fragment) out += "#" + *fragment;
    return out;
}

}  // namespace latchkey::oauth2
