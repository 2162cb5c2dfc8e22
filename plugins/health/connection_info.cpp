// SPDX-License-Identifier: Apache-2.0
#include "plugins/health/connection_info.h"

#include <array>
#include <algorithm>

namespace latchkey::health {

namespace {

std::string printable(std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) out += c;
        else out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
}

void line(std::string& out, std::string_view name, std::string_view value) { out.append(name).append(": ").append(printable(value)).append("\n"); }

bool isCredential(std::string_view name) {
    static constexpr std::array kNames = {"authorization", "proxy-authorization", "cookie"};
    return std::any_of(kNames.begin(), kNames.end(), [&](const char* each) { return http::equalIgnoringCase(name, each); });
}

void describeConnection(std::string& out, const http::ConnectionInfo& connection) {
    line(out, "listener", connection.listener);
    line(out, "peer", connection.peer);
    line(out, "local", connection.local);
    if (connection.tls) {
        line(out, "tls", connection.tls->protocol + " " + connection.tls->cipher);
        line(out, "tls server name", connection.tls->serverName.empty() ? "(none)" : connection.tls->serverName);
        line(out, "tls alpn", connection.tls->alpn.empty() ? "(none)" : connection.tls->alpn);
    } else {
        line(out, "tls", "none");
    }
    if (connection.proxy) {
        line(out, "proxy protocol", "version " + std::to_string(connection.proxy->version) + ", " + connection.proxy->transport);
        line(out, "proxy source", connection.proxy->source);
        line(out, "proxy destination", connection.proxy->destination);
    } else {
        line(out, "proxy protocol", "none");
    }
}

}  // namespace

std::string describe(const http::Request& request) {
    std::string out;
    if (request.connection != nullptr) describeConnection(out, *request.connection);
    line(out, "client address", request.clientIp.value_or("(unknown)"));
    line(out, "request id", request.id);
    line(out, "request", request.method + " " + request.path);
    for (const auto& [name, value] : request.headers) line(out, "header " + name, isCredential(name) ? "<redacted>" : value);
    return out;
}

}  // namespace latchkey::health
