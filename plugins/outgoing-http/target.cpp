// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/target.h"

#include "domain/outgoing_http.h"

#include <algorithm>
#include <charconv>
#include <curl/curl.h>
#include <memory>

namespace latchkey::outgoing {

namespace {

constexpr std::size_t kLongestUrl = 4096;
constexpr std::size_t kLongestName = 253;

[[noreturn]] void refuse(const std::string& why) { throw OutgoingHttpError("the URL cannot be fetched: " + why); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNameCharacter(char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '_' || c == '.'; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

// The last label of an address in any of its unusual spellings is a number; that of a name never is.
bool endsInNumber(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    const std::string_view last = host.substr(host.rfind('.') == std::string_view::npos ? 0 : host.rfind('.') + 1);
    const bool digits = !last.empty() && std::all_of(last.begin(), last.end(), isDigit);
    return digits || last.starts_with("0x");
}

bool isName(std::string_view host) {
    return !host.empty() && host.size() <= kLongestName && std::all_of(host.begin(), host.end(), isNameCharacter) && host.front() != '.' && host.front() != '-' &&
           host.find("..") == std::string_view::npos && !endsInNumber(host);
}

void readHost(std::string_view text, Target& target) {
    if (text.starts_with('[')) {
        if (!text.ends_with(']')) refuse("the address in brackets has no end");
        target.literal = IpAddress::parse(text.substr(1, text.size() - 2));
        if (!target.literal || text.find(':') == std::string_view::npos) refuse("what stands in brackets is no IPv6 address");
        target.host = target.literal->text();
        return;
    }
    target.host = lowered(text);
    target.literal = IpAddress::parse(target.host);
    if (target.literal && target.host.find(':') != std::string::npos) refuse("an IPv6 address must stand in brackets");
    if (!target.literal && !isName(target.host)) refuse("the host is no name in ASCII and no IP address in its usual spelling");
}

void readPort(std::string_view text, Target& target) {
    constexpr unsigned kMostPort = 65535;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target.port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || target.port == 0 || target.port > kMostPort) refuse("the port is none");
}

void readAuthority(std::string_view text, Target& target) {
    if (text.find('@') != std::string_view::npos) refuse("it has a user name");
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    readHost(text.substr(0, colon), target);
    target.port = target.https ? 443 : 80;
    if (colon != std::string_view::npos) readPort(text.substr(colon + 1), target);
}

}  // namespace

Target Target::parse(std::string_view url) {
    if (url.size() > kLongestUrl) refuse("it is too long");
    if (!std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '\\'; })) refuse("it holds characters that must be percent-encoded");
    url = url.substr(0, url.find('#'));
    const std::size_t colon = url.find("://");
    const std::string scheme = lowered(url.substr(0, colon));
    if (colon == std::string_view::npos || (scheme != "http" && scheme != "https")) refuse("it does not begin with http:// or https://");
    url.remove_prefix(colon + 3);
    const std::size_t end = std::min(url.find_first_of("/?"), url.size());
    Target target;
    target.https = scheme == "https";
    readAuthority(url.substr(0, end), target);
    target.resource = url.substr(end);
    if (!target.resource.starts_with('/')) target.resource.insert(0, "/");
    return target;
}

Target Target::redirected(const std::string& location) const {
    const std::unique_ptr<CURLU, void (*)(CURLU*)> whole(curl_url(), curl_url_cleanup);
    char* text = nullptr;
    const bool understood = curl_url_set(whole.get(), CURLUPART_URL, url().c_str(), 0) == CURLUE_OK &&
                            curl_url_set(whole.get(), CURLUPART_URL, location.c_str(), CURLU_DISALLOW_USER) == CURLUE_OK &&
                            curl_url_get(whole.get(), CURLUPART_URL, &text, 0) == CURLUE_OK;
    const std::unique_ptr<char, void (*)(void*)> owned(text, curl_free);
    if (!understood) throw OutgoingHttpError(origin() + " redirects to something that is no URL");
    Target next = parse(text);
    if (https && !next.https) throw OutgoingHttpError(origin() + " redirects from https to http");
    return next;
}

std::string Target::origin() const {
    const bool brackets = host.find(':') != std::string::npos;
    std::string text = (https ? "https://" : "http://") + (brackets ? '[' + host + ']' : host);
    if (port != (https ? 443U : 80U)) text += ':' + std::to_string(port);
    return text;
}

}  // namespace latchkey::outgoing
