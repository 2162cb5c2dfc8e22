// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/response_head.h"

#include "plugins/http/request_head.h"

#include <algorithm>
#include <ctime>

namespace latchkey::http {

namespace {

// "Tue, 24 Nov 2026 14:00:00 GMT", made once per second and thread.
std::string_view httpDate() {
    thread_local std::time_t madeAt = -1;
    thread_local char text[32];
    thread_local std::size_t length = 0;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != madeAt) {
        static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::tm parts{};
        ::gmtime_r(&now.tv_sec, &parts);
        char middle[32];  // the names by hand: strftime's depend on the locale
        length = std::strftime(middle, sizeof middle, ", %d MMM %Y %H:%M:%S GMT", &parts);
        std::copy_n(kDays[parts.tm_wday], 3, text);
        std::copy_n(middle, length, text + 3);
        std::copy_n(kMonths[parts.tm_mon], 3, text + 8);
        length += 3;
        madeAt = now.tv_sec;
    }
    return {text, length};
}

bool isOurs(std::string_view name) {
    switch (name.size()) {
    case 4: return equalIgnoringCase(name, "Date");
    case 10: return equalIgnoringCase(name, "Connection");
    case 12: return equalIgnoringCase(name, "X-Request-Id");
    case 14: return equalIgnoringCase(name, "Content-Length");
    case 17: return equalIgnoringCase(name, "Transfer-Encoding");
    default: return false;
    }
}

void field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reasonPhrase(int status) {
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
    }
}

bool isSendable(const Response& response) {
    if (response.status < 200 || response.status > 599) return false;
    return std::all_of(response.headers.begin(), response.headers.end(), [](const Headers::Field& each) { return isToken(each.first) && isFieldValue(each.second); });
}

void writeHead(std::string& out, const Response& response, const HeadOptions& options) {
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reasonPhrase(response.status)).append("\r\n");
    bool nosniff = false;
    for (const auto& [name, value] : response.headers) {
        if (isOurs(name)) continue;
        nosniff = nosniff || equalIgnoringCase(name, "X-Content-Type-Options");
        field(out, name, value);
    }
    if (hasContent(response.status)) field(out, "Content-Length", std::to_string(response.content().size()));
    if (!nosniff) field(out, "X-Content-Type-Options", "nosniff");
    if (!options.requestId.empty()) field(out, "X-Request-Id", options.requestId);
    if (!options.keepAlive) field(out, "Connection", "close");
    else if (options.http10) field(out, "Connection", "keep-alive");
    field(out, "Date", httpDate());
    out += "\r\n";
}

}  // namespace latchkey::http
