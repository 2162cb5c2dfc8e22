// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/config.h"

#include "kernel/config/section.h"

#include <cstdlib>
#include <initializer_list>

namespace latchkey::outgoing {

namespace {

AddressRules readRules(const config::Section& section) {
    std::vector<IpNetwork> allowed;
    for (const std::string& text : section.strings("allow_private_addresses")) {
        if (const auto network = IpNetwork::parse(text)) allowed.push_back(*network);
        else section.problem("allow_private_addresses", "`" + text.substr(0, 60) + "` is no address block such as 10.0.0.0/8 or fd00::/8");
    }
    return AddressRules(std::move(allowed));
}

std::string firstOf(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
    }
    return {};
}

}  // namespace

OutgoingConfig OutgoingConfig::parse(const config::Section& root) {
    constexpr std::int64_t kMostSeconds = 300;
    const config::Section section = root.section("outgoing_http");
    OutgoingConfig config;
    config.rules = readRules(section);
    config.timeoutMs = section.integer("timeout", 30, 1, kMostSeconds) * 1000;
    config.connectTimeoutMs = section.integer("connect_timeout", 3, 1, kMostSeconds) * 1000;
    config.untrustedAtOnce = static_cast<unsigned>(section.integer("untrusted_at_once", 6, 1, 1000));
    return config;
}

void OutgoingConfig::readEnvironment() {
    httpProxy = firstOf({"HTTP_PROXY", "http_proxy"});
    httpsProxy = firstOf({"HTTPS_PROXY", "https_proxy"});
    noProxy = firstOf({"NO_PROXY", "no_proxy"});
    certificateFile = firstOf({"SSL_CERT_FILE"});
    certificateDirectory = firstOf({"SSL_CERT_DIR"});
}

}  // namespace latchkey::outgoing
