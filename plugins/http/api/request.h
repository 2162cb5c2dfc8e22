// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/headers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::http {

/// What is known of the connection that a request came on.
struct ConnectionInfo {
    std::string listener;                  ///< the listener's name, or its number
    std::string peer;                      ///< "192.0.2.7:40312", "[2001:db8::1]:40312", "unix"
    std::string local;                     ///< the address the connection was accepted on
    struct Tls {
        std::string protocol;              ///< "TLSv1.3"
        std::string cipher;
        std::string serverName;            ///< SNI, may be empty
        std::string alpn;                  ///< may be empty
    };
    std::optional<Tls> tls;
    struct Proxy {
        int version = 0;                   ///< of the PROXY protocol: 1 or 2
        std::string transport;             ///< "TCP4", "TCP6", "UNKNOWN", "LOCAL", "UNIX", …
        std::string source;                ///< "192.0.2.7:40312", empty for UNKNOWN and LOCAL
        std::string destination;
    };
    std::optional<Proxy> proxy;
};

/// A decoded parameter list (query string, form body), in order; names may repeat.
class LATCHKEY_API Parameters {
public:
    /// application/x-www-form-urlencoded (WHATWG URL §5.1). Nothing if malformed: a bad escape, invalid UTF-8, a NUL, or more
    /// than 1,000 parameters.
    static std::optional<Parameters> parse(std::string_view encoded);
    std::optional<std::string_view> get(std::string_view name) const;   ///< the first
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

/// A request, read whole and checked; a value.
struct LATCHKEY_API Request {
    std::string method;                    ///< "GET" for a HEAD too: the front drops the body
    std::string target;                    ///< as sent, e.g. "/oauth2/token?x=1"
    std::string path;                      ///< percent-decoded path below the listener's prefix, always beginning with "/"
    std::string queryString;               ///< raw, without "?"
    Headers headers;
    std::string body;
    std::string id;                        ///< request id: in the access log and the X-Request-Id header of the answer
    std::optional<std::string> clientIp;   ///< after trusted_proxies; nothing if unknown (a unix socket)
    bool secure = false;                   ///< TLS here. What the outside sees is http.public_base, not this.
    const ConnectionInfo* connection = nullptr;
    std::vector<std::pair<std::string, std::string>> pathParameters;  ///< `{name}` segments of the route, decoded

    std::string_view parameter(std::string_view name) const;          ///< of the path; empty if the route has none so named
    /// The decoded query; nothing if malformed.
    std::optional<Parameters> query() const { return Parameters::parse(queryString); }
    /// The cookie's value (RFC 6265 §5.4); the first if it is there several times.
    std::optional<std::string_view> cookie(std::string_view name) const;
    /// The media type of the body without parameters, in lower case; empty without Content-Type.
    std::string mediaType() const;
};

}  // namespace latchkey::http
