// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/config.h"

#include "kernel/config/section.h"
#include "kernel/error.h"

#include <algorithm>
#include <limits>

namespace latchkey::pg {

namespace {

using config::Section;

constexpr const char* kPartKeys[] = {"host", "port", "socket", "username", "password", "database"};
constexpr const char* kSslModes[] = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
constexpr std::int64_t kMostConnections = std::numeric_limits<std::uint32_t>::max();

void refuseUriBesideParts(const Section& section) {
    if (!section.has("uri")) return;
    std::string beside;
    for (const char* key : kPartKeys) {
        if (section.has(key)) beside.append(beside.empty() ? "`" : ", `").append(key).append("`");
    }
    if (!beside.empty()) section.problem("", "`uri` and " + beside + " are exclusive: keep either the URI or the separate settings");
}

ConnectOptions fromUri(const Section& section, const std::string& uri) {
    std::vector<std::string> warnings;
    ConnectOptions options;
    try {
        options = ConnectOptions::parse(uri, &warnings);
    } catch (const Error& error) {
        section.problem("uri", error.what());
    }
    for (const std::string& warning : warnings) section.warning("uri", warning);
    return options;
}

void setPart(ConnectOptions& options, const char* keyword, const std::optional<std::string>& value) {
    if (value) options.keywords[keyword] = *value;
}

ConnectOptions fromParts(const Section& section) {
    ConnectOptions options;
    setPart(options, "host", section.optionalString("host"));
    setPart(options, "host", section.optionalString("socket"));  // takes precedence
    if (const auto port = section.optionalInteger("port", 1, 65535)) options.keywords["port"] = std::to_string(*port);
    setPart(options, "user", section.optionalString("username"));
    setPart(options, "dbname", section.optionalString("database"));
    if (const auto password = section.optionalSecret("password")) options.password = *password;
    options.keywords["application_name"] = "matrix-authentication-service";  // monitoring of the reference looks for it
    return options;
}

void refuseNul(const Section& section, const ConnectOptions& options) {
    const auto hasNul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    bool found = hasNul(options.password.reveal());
    for (const auto& [keyword, value] : options.keywords) found = found || hasNul(value);
    if (found) section.problem("", "a value holds a NUL character, which PostgreSQL cannot take");
}

// The files' paths are kept; inline PEMs go into the options at once.
void readTls(const Section& section, Config& config) {
    const std::vector<std::string_view> modes(std::begin(kSslModes), std::end(kSslModes));
    setPart(config.connect, "sslmode", section.optionalOneOf("ssl_mode", modes));
    const auto ca = section.inlineOrFile("ssl_ca");
    const auto certificate = section.inlineOrFile("ssl_certificate");
    const auto key = section.inlineOrFile("ssl_key");
    if (certificate.given() != key.given()) section.problem("", "`ssl_certificate` and `ssl_key` go together: give both (each inline or as a file) or neither");
    config.connect.ca = ca.value.value_or(config::Secret());
    config.connect.certificate = certificate.value.value_or(config::Secret());
    config.connect.key = key.value.value_or(config::Secret());
    config.caFile = ca.file;
    config.certificateFile = certificate.file;
    config.keyFile = key.file;
}

PoolLimits readPool(const Section& section) {
    PoolLimits limits;
    limits.maxConnections = static_cast<std::uint32_t>(section.integer("max_connections", 10, 1, kMostConnections));
    limits.minConnections = static_cast<std::uint32_t>(section.integer("min_connections", 0, 0, kMostConnections));
    limits.acquireTimeout = section.seconds("connect_timeout", 30);
    limits.idleTimeout = section.secondsOrNull("idle_timeout", 600);
    limits.maxLifetime = section.secondsOrNull("max_lifetime", 1800);
    if (limits.minConnections > limits.maxConnections) {
        section.warning("min_connections", "is greater than `max_connections`: " + std::to_string(limits.maxConnections) + " are opened");
        limits.minConnections = limits.maxConnections;
    }
    return limits;
}

}  // namespace

Config Config::parse(const config::Section& root) {
    const Section section = root.section("database");
    Config config;
    refuseUriBesideParts(section);
    const auto uri = section.optionalUriWithPassword("uri");
    ConnectOptions parts = fromParts(section);  // read in any case, so that the types are checked
    if (uri) config.connect = fromUri(section, *uri);
    else if (section.present()) config.connect = parts;
    readTls(section, config);
    refuseNul(section, config.connect);
    config.pool = readPool(section);
    config.connect.connectTimeout = static_cast<int>(std::clamp<std::int64_t>(config.pool.acquireTimeout, 1, 3600));
    return config;
}

ConnectOptions Config::connectOptions() const {
    ConnectOptions options = connect;
    if (caFile) options.ca = config::Secret(config::readFile("database.ssl_ca_file", *caFile));
    if (certificateFile) options.certificate = config::Secret(config::readFile("database.ssl_certificate_file", *certificateFile));
    if (keyFile) options.key = config::Secret(config::readFile("database.ssl_key_file", *keyFile));
    return options;
}

}  // namespace latchkey::pg
