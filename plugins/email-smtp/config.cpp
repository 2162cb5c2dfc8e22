// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-smtp/config.h"

#include "kernel/config/section.h"

#include <algorithm>
#include <cstdlib>

namespace latchkey::smtp {

namespace {

Mode modeOf(const std::string& word) { return word == "tls" ? Mode::tls : word == "starttls" ? Mode::starttls : Mode::plain; }

int usualPort(Mode mode) { return mode == Mode::tls ? 465 : mode == Mode::starttls ? 587 : 25; }

bool isHostname(const std::string& text) {
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':' || c == '_';
    });
}

void readCredentials(const config::Section& section, SmtpConfig& config) {
    const auto username = section.optionalString("username");
    const auto password = section.optionalSecret("password");
    if (username.has_value() != password.has_value()) section.problem(username ? "password" : "username", "`username` and `password` go together: both or neither");
    config.username = username.value_or("");
    config.password = password.value_or(config::Secret());
    const bool near = config.hostname == "localhost" || config.hostname == "127.0.0.1" || config.hostname == "::1";
    if (username && config.mode == Mode::plain && !near) section.warning("mode", "with `plain` the password travels unencrypted: use starttls or tls");
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

}  // namespace

SmtpConfig SmtpConfig::parse(const config::Section& root) {
    const config::Section section = root.section("email");
    for (const char* key : {"mode", "hostname", "port", "username", "password"}) section.know(key);
    SmtpConfig config;
    if (section.string("transport", "blackhole") != "smtp") return config;
    config.mode = modeOf(section.requiredOneOf("mode", {"plain", "starttls", "tls"}));
    config.hostname = section.requiredString("hostname");
    if (!config.hostname.empty() && !isHostname(config.hostname)) section.problem("hostname", "is not a host's name or address");
    config.port = static_cast<int>(section.optionalInteger("port", 1, 65535).value_or(usualPort(config.mode)));
    readCredentials(section, config);
    if (section.has("command")) section.problem("command", "does not go with the transport `smtp`");
    return config;
}

void SmtpConfig::readEnvironment() {
    certificateFile = environment("SSL_CERT_FILE");
    certificateDirectory = environment("SSL_CERT_DIR");
}

}  // namespace latchkey::smtp
