// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/request_head.h"

#include "plugins/http/char_class.h"
#include "plugins/http/host_syntax.h"

#include <charconv>
#include <cstring>

namespace latchkey::http {

bool isToken(std::string_view text) noexcept { return !text.empty() && allOf(text, kToken); }
bool isFieldValue(std::string_view text) noexcept { return allOf(text, kField); }

HeadScanner::State HeadScanner::fail(int status) {
    status_ = status;
    return State::bad;
}

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
    // What begins with no token character is no request: a TLS handshake on a plain port, for one. Say so at once.
    if (lineBegin_ == 0 && !bytes.empty() && bytes.front() != '\r' && !allOf(bytes.substr(0, 1), kToken)) return fail(400);
    while (looked_ < bytes.size()) {
        const void* found = std::memchr(bytes.data() + looked_, '\n', bytes.size() - looked_);
        looked_ = found == nullptr ? bytes.size() : static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        if (lines_ == 0 && looked_ - skipped_ > kMostRequestLine) return fail(414);
        if (looked_ > kMostHead) return fail(431);
        if (found == nullptr) return State::incomplete;
        if (looked_ == lineBegin_ || bytes[looked_ - 1] != '\r') return fail(400);  // a bare LF
        const bool emptyLine = looked_ == lineBegin_ + 1;
        lineBegin_ = ++looked_;
        if (emptyLine && lines_ > 0) return State::complete;
        if (emptyLine && skipped_ > 0) return fail(400);
        if (emptyLine) skipped_ = lineBegin_;
        else if (++lines_ > kMostFields + 1) return fail(431);
    }
    return State::incomplete;
}

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

int parseVersion(std::string_view version, Framing& framing) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.starts_with("HTTP/") || !digit(version[5]) || version[6] != '.' || !digit(version[7])) return 400;
    if (version[5] != '1') return 505;
    framing.http10 = version[7] == '0';
    return 0;
}

// origin-form, absolute-form (its authority then is the host), or `*` for OPTIONS (RFC 9112 §3.2).
int parseTarget(std::string_view target, Request& request, std::string_view& authority) {
    if (!allOf(target, kTarget)) return 400;
    request.target = target;
    if (target == "*") {
        request.path = "*";
        return request.method == "OPTIONS" ? 0 : 400;
    }
    if (target.front() != '/') {
        const std::size_t scheme = target.find("://");
        if (scheme == std::string_view::npos) return 400;
        if (!equalIgnoringCase(target.substr(0, scheme), "http") && !equalIgnoringCase(target.substr(0, scheme), "https")) return 400;
        target.remove_prefix(scheme + 3);
        authority = target.substr(0, target.find_first_of("/?"));
        if (!isHost(authority)) return 400;
        target.remove_prefix(authority.size());
    }
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (request.path.empty()) request.path = "/";
    if (question != std::string_view::npos) request.queryString = target.substr(question + 1);
    return 0;
}

int parseRequestLine(std::string_view line, Request& request, Framing& framing, std::string_view& authority) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return 400;
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    if (!isToken(method) || method.size() > 32 || target.empty()) return 400;
    if (const int status = parseVersion(line.substr(last + 1), framing)) return status;
    if (method == "CONNECT") return 501;  // no proxy
    request.method = method;
    return parseTarget(target, request, authority);
}

// Fields that decide about framing, collected while the lines are read.
struct Seen {
    int hosts = 0;
    int lengths = 0;
    int codings = 0;
    std::string_view host, coding;
    bool close = false, keepAlive = false;
};

int readConnection(std::string_view value, Seen& seen) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view option = trim(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        if (equalIgnoringCase(option, "close")) seen.close = true;
        else if (equalIgnoringCase(option, "keep-alive")) seen.keepAlive = true;
        else if (!option.empty() && !isToken(option)) return 400;
    }
    return 0;
}

int readLength(std::string_view value, Framing& framing, Seen& seen) {
    if (++seen.lengths > 1 || value.empty() || value.size() > 18) return 400;
    const char* end = value.data() + value.size();
    for (const char c : value) {
        if (c < '0' || c > '9') return 400;
    }
    return std::from_chars(value.data(), end, framing.length).ec == std::errc{} ? 0 : 400;
}

int readField(std::string_view name, std::string_view value, Framing& framing, Seen& seen) {
    switch (name.size()) {  // most fields are none of these: look at the length before comparing
    case 4:
        if (equalIgnoringCase(name, "Host") && ++seen.hosts == 1) seen.host = value;
        return 0;
    case 6:
        if (!equalIgnoringCase(name, "Expect")) return 0;
        framing.expectContinue = equalIgnoringCase(value, "100-continue");
        return framing.expectContinue ? 0 : 417;
    case 10: return equalIgnoringCase(name, "Connection") ? readConnection(value, seen) : 0;
    case 14: return equalIgnoringCase(name, "Content-Length") ? readLength(value, framing, seen) : 0;
    case 17:
        if (equalIgnoringCase(name, "Transfer-Encoding") && ++seen.codings == 1) seen.coding = value;
        return 0;
    default: return 0;
    }
}

int parseField(std::string_view line, Request& request, Framing& framing, Seen& seen) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return 400;
    const std::string_view name = line.substr(0, colon);  // a blank before the colon, or a folded line, is no token
    const std::string_view value = trim(line.substr(colon + 1));
    if (!isToken(name) || !isFieldValue(value)) return 400;
    const int status = readField(name, value, framing, seen);
    request.headers.add(std::string(name), std::string(value));
    return status;
}

int checkFraming(const Seen& seen, Framing& framing) {
    if (seen.hosts > 1 || (seen.hosts == 0 && !framing.http10)) return 400;
    if (seen.hosts == 1 && !isHost(seen.host)) return 400;
    if (seen.codings > 0) {
        if (seen.lengths > 0 || seen.codings > 1 || framing.http10 || !equalIgnoringCase(seen.coding, "chunked")) return 400;
        framing.chunked = true;
    }
    framing.keepAlive = !seen.close && (!framing.http10 || seen.keepAlive);
    framing.expectContinue = framing.expectContinue && !framing.http10;
    return 0;
}

}  // namespace

int parseHead(std::string_view head, Request& request, Framing& framing) {
    framing = {};
    Seen seen;
    std::string_view authority;
    for (bool first = true;; first = false) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        if (line.empty()) break;
        head.remove_prefix(end + 2);
        const int status = first ? parseRequestLine(line, request, framing, authority) : parseField(line, request, framing, seen);
        if (status != 0) return status;
    }
    if (!authority.empty()) request.headers.set("Host", std::string(authority));  // RFC 9112 §3.2.2: it counts, the field does not
    return checkFraming(seen, framing);
}

}  // namespace latchkey::http
