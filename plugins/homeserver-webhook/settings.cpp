// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-webhook/settings.h"

#include "kernel/config/section.h"
#include "kernel/ip_address.h"

namespace latchkey::webhook {

namespace {

// Of http://host:port/path, without the brackets of an IPv6 address.
std::string_view hostOf(std::string_view url) {
    url.remove_prefix(url.find("://") + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
    if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
    return url.substr(0, url.find(':'));
}

bool isLoopback(std::string_view host) {
    if (host == "localhost") return true;
    const auto address = IpAddress::parse(host);
    return address && (IpNetwork::parse("127.0.0.0/8")->contains(*address) || *address == *IpAddress::parse("::1"));
}

}  // namespace

bool isPrivateWay(std::string_view url) { return url.starts_with("https://") || isLoopback(hostOf(url)); }

WebhookSettings WebhookSettings::parse(const config::Section& root) {
    const config::Section section = root.section("homeserver_webhook");
    WebhookSettings settings{.matrix = MatrixSettings::parse(root), .capabilities = {}};
    const bool plain = section.boolean("allow_http", false);
    settings.capabilities.writes = !section.boolean("read_only", false);
    settings.capabilities.crossSigningReset = section.boolean("cross_signing_reset", true) && settings.capabilities.writes;
    if (settings.matrix.kind == kKind && !plain && !isPrivateWay(settings.matrix.endpoint)) {
        root.section("matrix").problem("endpoint", "is http to another machine, where anybody on the way reads who the users are: use https, or set homeserver_webhook.allow_http");
    }
    return settings;
}

}  // namespace latchkey::webhook
