// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "plugins/http/api/public_url.h"
#include "plugins/http/ip_address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace latchkey::http {

/// `trusted_proxies` where the configuration names none. 10.0.0.0/10 is no slip here: today's deployments run with it.
inline constexpr const char* kTrustedByDefault[] = {"192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/10", "127.0.0.0/8", "fd00::/8", "::1/128"};

/// `{port, host?}`. Without a host: [::], or 0.0.0.0 where there is no IPv6.
struct TcpBind {
    std::optional<std::string> host;
    std::uint16_t port = 0;
};

/// `{address: "ip:port"}`
struct AddressBind {
    IpAddress ip;
    std::uint16_t port = 0;
    std::string text;
};

/// `{socket: path}`
struct UnixBind {
    std::string path;
};

/// `{fd, kind}`: the `index`-th socket that the service manager handed over.
struct InheritedBind {
    unsigned index = 0;
    bool isUnix = false;
};

struct BindConfig {
    std::string where;  ///< path of the setting: "http.listeners[0].binds[1]"
    std::variant<TcpBind, AddressBind, UnixBind, InheritedBind> kind;
};

struct TlsConfig {
    std::string where;
    config::Section::InlineOrFile certificate;
    config::Section::InlineOrFile key;
    config::Section::InlineOrFile password;
};

struct ResourceConfig {
    std::string where;
    std::string name;
    config::Node options = config::Node::mapping();  ///< as written, `name` included
};

struct ListenerConfig {
    std::string where;
    std::string label;   ///< the name, or the number if it has none
    std::string prefix;  ///< "" or "/auth": without the final slash
    bool proxyProtocol = false;
    std::optional<TlsConfig> tls;
    std::vector<ResourceConfig> resources;
    std::vector<BindConfig> binds;
};

/// Whether MAS serves a resource of that name: a configuration that lists it is no mistake, even where no plugin here offers it.
bool isReferenceResource(std::string_view name);

/// The section `http`; configuration.md §3.1.
struct HttpConfig {
    PublicUrl publicUrl;
    std::vector<ProxyNetwork> trustedProxies;
    std::vector<ListenerConfig> listeners;

    /// `root` is the root of the configuration. Notes every problem and opens nothing.
    static HttpConfig parse(const config::Section& root);
};

}  // namespace latchkey::http
