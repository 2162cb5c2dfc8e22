// SPDX-License-Identifier: Apache-2.0
#include "domain/matrix_settings.h"

#include "kernel/config/section.h"
#include "kernel/error.h"

namespace latchkey {

namespace {

constexpr std::size_t kLargestSecretFile = 16'384;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string readEndpoint(const config::Section& section) {
    if (!section.has("endpoint")) return section.string("endpoint", "http://localhost:8008/");
    const std::string url = section.optionalUrl("endpoint").value_or("http://localhost:8008/");
    if (!url.starts_with("http://") && !url.starts_with("https://")) section.problem("endpoint", "must begin with http:// or https://");
    return url;
}

// Anything is taken, as in the reference, but all Matrix ids are made of it.
std::string readServerName(const config::Section& section, std::string_view fallback) {
    std::string name = section.string("homeserver", fallback);
    if (name.empty() || name.find_first_of("/@ \t?#") != std::string::npos) {
        section.warning("homeserver", "is no server name: it is the part of Matrix ids after the colon, such as example.com, and Synapse's server_name");
    }
    return name;
}

}  // namespace

MatrixSettings MatrixSettings::parse(const config::Section& root) {
    const config::Section section = root.requiredSection("matrix");
    MatrixSettings settings;
    if (!section.present()) return settings;
    settings.kind = section.string("kind", settings.kind);
    settings.serverName = readServerName(section, settings.serverName);
    settings.endpoint = readEndpoint(section);
    const auto secret = section.inlineOrFile("secret", true);
    if (secret.value) settings.secret = secret.value->reveal();
    if (settings.secret && settings.secret->empty()) {
        section.problem("secret", "must not be empty: the homeserver and this server prove themselves with it");
    }
    settings.secretFile = secret.file;
    return settings;
}

std::string MatrixSettings::readSecret() const {
    if (secret) return *secret;
    if (!secretFile) throw ConfigError("matrix.secret: is not given");
    std::string text(trimmed(config::readFile("matrix.secret_file", *secretFile, kLargestSecretFile)));
    if (text.empty()) throw ConfigError("matrix.secret_file: " + *secretFile + " holds nothing but blanks");
    return text;
}

std::string resolveEndpoint(std::string_view endpoint, std::string_view path) {
    endpoint = endpoint.substr(0, endpoint.find_first_of("?#"));
    const std::size_t scheme = endpoint.find("://");
    const std::size_t authority = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t root = endpoint.find('/', authority);
    if (root == std::string_view::npos) return std::string(endpoint) + (path.starts_with('/') ? "" : "/") + std::string(path);
    if (path.starts_with('/')) return std::string(endpoint.substr(0, root)) + std::string(path);
    return std::string(endpoint.substr(0, endpoint.rfind('/') + 1)) + std::string(path);
}

}  // namespace latchkey
