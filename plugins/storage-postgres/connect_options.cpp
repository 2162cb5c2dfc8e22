// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/connect_options.h"

#include "plugins/storage-postgres/connect_state.h"
#include "plugins/storage-postgres/conninfo.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace latchkey::pg {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

// libpq without a host uses one compiled-in directory; the reference looks at three and then turns to localhost.
std::string localHost(const std::string& port) {
    for (const char* directory : {"/var/run/postgresql", "/private/tmp", "/tmp"}) {
        if (::access((std::string(directory) + "/.s.PGSQL." + port).c_str(), F_OK) == 0) return directory;
    }
    return "localhost";
}

std::string fileFor(std::optional<SecretFile>& file, const std::string& content) {
    if (!file) file.emplace(content);
    return file->path();
}

}  // namespace

ConnectOptions::ConnectOptions() : state(std::make_shared<ConnectState>()) {}
ConnectOptions::~ConnectOptions() = default;
ConnectOptions::ConnectOptions(const ConnectOptions&) = default;
ConnectOptions& ConnectOptions::operator=(const ConnectOptions&) = default;

ConnectOptions ConnectOptions::parse(std::string_view conninfo, std::vector<std::string>* warnings) {
    Conninfo parsed = parseConninfo(conninfo);
    ConnectOptions options;
    options.statementCache = parsed.statementCache;
    if (const auto password = parsed.keywords.find("password"); password != parsed.keywords.end()) {
        options.password = config::Secret(password->second);
        parsed.keywords.erase(password);
    }
    options.keywords = std::move(parsed.keywords);
    if (warnings != nullptr) *warnings = std::move(parsed.warnings);
    return options;
}

Keywords ConnectOptions::effective() const {
    Keywords used = keywords;
    const bool service = used.contains("service") || !environment("PGSERVICE").empty();
    const bool host = used.contains("host") || used.contains("hostaddr") || !environment("PGHOST").empty() || !environment("PGHOSTADDR").empty();
    if (!host && !service) {
        const std::string port = used.contains("port") ? used["port"] : environment("PGPORT");
        used["host"] = localHost(port.empty() ? "5432" : port);
    }
    used.insert_or_assign("connect_timeout", std::to_string(std::max(connectTimeout, 2)));  // libpq's own least
    used.insert_or_assign("client_encoding", "UTF8");
    used.try_emplace("fallback_application_name", "matrix-authentication-service");
    // A peer that vanished without a word must not hold a worker for the two hours of the system's defaults.
    used.try_emplace("keepalives_idle", "30");
    used.try_emplace("keepalives_interval", "10");
    used.try_emplace("keepalives_count", "3");
    used.try_emplace("tcp_user_timeout", "30000");
    const std::lock_guard lock(state->mutex);
    if (!ca.empty()) used.insert_or_assign("sslrootcert", fileFor(state->ca, ca.reveal()));
    if (!certificate.empty()) used.insert_or_assign("sslcert", fileFor(state->certificate, certificate.reveal()));
    if (!key.empty()) used.insert_or_assign("sslkey", fileFor(state->key, key.reveal()));
    return used;
}

std::string ConnectOptions::describe() const {
    const auto value = [this](const char* keyword, const char* variable, const char* fallback) {
        const auto found = keywords.find(keyword);
        if (found != keywords.end() && !found->second.empty()) return found->second;
        const std::string set = environment(variable);
        return set.empty() ? std::string(fallback) : set;
    };
    const std::string port = value("port", "PGPORT", "5432");
    std::string host = value("host", "PGHOST", "");
    if (host.empty()) host = value("hostaddr", "PGHOSTADDR", "");
    if (host.empty()) host = localHost(port);
    const std::string user = value("user", "PGUSER", "the operating system's");
    return "database \"" + value("dbname", "PGDATABASE", user.c_str()) + "\" on host \"" + host + "\", port " + port + ", as user \"" + user + "\"";
}

}  // namespace latchkey::pg
