// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/config.h"

#include "kernel/config/nearest.h"
#include "plugins/http/bind_config.h"

#include <algorithm>
#include <limits>

namespace latchkey::http {

namespace {

using config::Section;

std::vector<ProxyNetwork> parseTrustedProxies(const Section& http) {
    std::vector<ProxyNetwork> networks;
    if (!http.present() || std::ranges::count(http.keys(), "trusted_proxies") == 0) {
        http.know("trusted_proxies");
        for (const char* each : kTrustedByDefault) networks.push_back(*ProxyNetwork::parse(each));
        return networks;
    }
    const std::vector<std::string> written = http.strings("trusted_proxies");
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (const auto network = ProxyNetwork::parse(written[i])) networks.push_back(*network);
        else http.problem("trusted_proxies", "entry " + std::to_string(i) + ", `" + written[i].substr(0, 100) + "`, is neither an IP address nor a block such as 10.0.0.0/8");
    }
    return networks;
}

constexpr std::string_view kReferenceResources[] = {"health", "prometheus", "discovery", "human", "oauth", "compat", "graphql", "assets", "adminapi", "connection-info"};

// Which resources there are is known when all plugins have started. Without plugins of somebody's own it is known now; with them only
// a slip of the pen can be suspected.
void checkResource(const Section& section, const std::string& name, bool customPlugins) {
    if (name.empty() || isReferenceResource(name)) return;
    const auto meant = nearest(name, {std::begin(kReferenceResources), std::end(kReferenceResources)});
    const std::string message = "`" + name.substr(0, 100) + "` is no resource that ships" + (meant ? "; did you mean `" + *meant + "`?" : "");
    if (!customPlugins) section.problem("name", message);
    else if (meant) section.warning("name", message);
}

ResourceConfig parseResource(const Section& section, bool customPlugins) {
    ResourceConfig resource;
    resource.where = section.path();
    resource.name = section.requiredString("name");
    if (resource.name == "graphql") {
        section.boolean("playground", false);
        section.boolean("undocumented_oauth2_access", false);
    } else if (resource.name == "assets") {
        section.optionalString("path");
    }
    for (const std::string& key : section.keys()) {
        if (const config::Node* node = section.raw(key)) resource.options.set(key, *node);
    }
    checkResource(section, resource.name, customPlugins);
    return resource;
}

void parseResources(const Section& section, ListenerConfig& listener, bool customPlugins) {
    for (const Section& each : section.sections("resources")) {
        ResourceConfig resource = parseResource(each, customPlugins);
        const bool twice = std::ranges::any_of(listener.resources, [&](const auto& other) { return other.name == resource.name; });
        if (twice && !resource.name.empty()) each.problem("name", "`" + resource.name + "` is on this listener already");
        else listener.resources.push_back(std::move(resource));
    }
    if (!section.has("resources")) section.problem("resources", "is required: a list such as [{name: health}]");
    else if (section.kindOf("resources") == config::Node::Kind::sequence && section.raw("resources")->items.empty()) section.problem("resources", "must not be empty");
}

void parseBinds(const Section& section, ListenerConfig& listener) {
    for (const Section& each : section.sections("binds")) {
        if (auto bind = parseBind(each)) listener.binds.push_back(std::move(*bind));
    }
    if (!section.has("binds")) section.problem("binds", std::string("is required: a list of ") + kBindShapes);
    else if (section.kindOf("binds") == config::Node::Kind::sequence && section.raw("binds")->items.empty()) section.problem("binds", std::string("must not be empty: ") + kBindShapes);
}

std::string parsePrefix(const Section& section) {
    std::string prefix = section.optionalString("prefix").value_or("");
    while (prefix.ends_with('/')) prefix.pop_back();
    if (prefix.empty()) return prefix;
    if (!prefix.starts_with('/')) section.problem("prefix", "must begin with a slash: /" + prefix.substr(0, 100));
    const bool plain = std::ranges::all_of(prefix, [](char c) { return c > 0x20 && c < 0x7F && std::string_view("?#%\\\"<>{}").find(c) == std::string_view::npos; });
    if (!plain) section.problem("prefix", "holds a character that a path cannot have");
    return prefix;
}

std::optional<TlsConfig> parseTls(const Section& listener) {
    listener.know("tls");
    if (!listener.has("tls")) return std::nullopt;
    const Section section = listener.section("tls");
    if (!section.present()) return std::nullopt;  // not a mapping: noted
    TlsConfig tls;
    tls.where = section.path();
    tls.certificate = section.inlineOrFile("certificate", true);
    tls.key = section.inlineOrFile("key", true);
    tls.password = section.inlineOrFile("password");
    return tls;
}

ListenerConfig parseListener(const Section& section, std::size_t number, bool customPlugins) {
    ListenerConfig listener;
    listener.where = section.path();
    listener.label = section.optionalString("name").value_or(std::to_string(number));
    listener.prefix = parsePrefix(section);
    listener.proxyProtocol = section.boolean("proxy_protocol", false);
    listener.tls = parseTls(section);
    parseResources(section, listener, customPlugins);
    parseBinds(section, listener);
    return listener;
}

ListenerConfig builtIn(std::string label, std::initializer_list<const char*> resources, TcpBind bind) {
    ListenerConfig listener;
    listener.where = "http (built-in listener `" + label + "`)";
    listener.label = std::move(label);
    for (const char* name : resources) listener.resources.push_back({listener.where, name, config::Node::mapping()});
    listener.binds.push_back({listener.where, std::move(bind)});
    return listener;
}

}  // namespace

bool isReferenceResource(std::string_view name) { return std::ranges::find(kReferenceResources, name) != std::end(kReferenceResources); }

HttpConfig HttpConfig::parse(const Section& root) {
    const Section http = root.section("http");
    HttpConfig config;
    config.publicUrl = PublicUrl::parse(root);
    config.trustedProxies = parseTrustedProxies(http);
    if (!http.present()) {
        config.listeners.push_back(builtIn("web", {"discovery", "human", "oauth", "compat", "graphql", "assets"}, {std::nullopt, 8080}));
        config.listeners.push_back(builtIn("internal", {"health"}, {"localhost", 8081}));
        return config;
    }
    const std::vector<Section> sections = http.sections("listeners");
    const bool customPlugins = root.section("plugins").has("extra");
    for (std::size_t i = 0; i < sections.size(); ++i) config.listeners.push_back(parseListener(sections[i], i, customPlugins));
    const bool wellFormed = !http.has("listeners") || http.kindOf("listeners") == config::Node::Kind::sequence;
    const bool none = !http.has("listeners") || (wellFormed && http.raw("listeners")->items.empty());
    if (none) http.problem("listeners", "must list at least one listener: with the section `http` present there are no built-in ones");
    return config;
}

}  // namespace latchkey::http
