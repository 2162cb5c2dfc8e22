// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/diagnosis.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connect_options.h"

#include <libpq-fe.h>

#include <cctype>

namespace latchkey::pg {

namespace {

using Failure = ConnectFailure;

// `FATAL:  28P01: password …`: the severity may be in any language, the code is not.
std::string sqlStateIn(std::string_view said) {
    for (std::size_t at = said.find(":  "); at != std::string_view::npos; at = said.find(":  ", at + 1)) {
        const std::string_view code = said.substr(at + 3, 5);
        if (code.size() < 5 || said.substr(at + 8, 2) != ": ") continue;
        bool fits = true;
        for (const char c : code) fits = fits && (std::isdigit(static_cast<unsigned char>(c)) != 0 || (c >= 'A' && c <= 'Z'));
        if (fits) return std::string(code);
    }
    return {};
}

Failure byState(std::string_view state, std::string_view said) {
    const auto says = [said](std::string_view words) { return said.find(words) != std::string_view::npos; };
    if (state == "28P01") return Failure::wrongPassword;
    if (state == "3D000") return Failure::missingDatabase;
    if (state == "53300") return Failure::tooManyConnections;
    if (state == "57P03" || state == "57P01" || state == "57P02") return Failure::startingUp;
    if (state == "42501") return Failure::noConnectPrivilege;
    // A new session writes a file of its own, and only says that it could not.
    if (state == "53100" || says("could not write init file")) return Failure::diskFull;
    // One code for all of these; the words are English unless the server's lc_messages is not.
    if (state == "28000" && says("does not exist")) return Failure::missingRole;
    if (state == "28000") return Failure::notAllowed;
    // pgbouncer has this one code for everything.
    if (state == "08P01" && says("no such database")) return Failure::missingDatabase;
    if (state == "08P01" && (says("authentication failed") || says("no such user"))) return Failure::wrongPassword;
    if (state == "08P01" && says("no more connections")) return Failure::tooManyConnections;
    return Failure::other;
}

Failure byWords(std::string_view said) {
    const auto says = [said](std::string_view words) { return said.find(words) != std::string_view::npos; };
    if (says("no password supplied")) return Failure::passwordNeeded;
    if (says("could not translate host name")) return Failure::nameNotResolved;
    if (says("certificate verify failed") || says("does not match host name") || says("root certificate file") || says("weak sslmode")) {
        return Failure::tlsNotVerified;
    }
    if (says("does not support SSL")) return Failure::tlsRequired;
    if (says("session is not read-only") || says("session is read-only") || says("in hot standby mode")) return Failure::wrongServerKind;
    if (says("No such file or directory") && says("socket")) return Failure::noSocket;
    if (says("Connection refused")) return Failure::refused;
    if (says("timeout expired") || says("timed out")) return Failure::timedOut;
    if (says("No route to host") || says("unreachable")) return Failure::unreachable;
    if (says("SSL") || says("certificate") || says("private key")) return Failure::tlsRefused;
    if (says("server closed the connection unexpectedly")) return Failure::closedAtOnce;
    return Failure::other;
}

// libpq's words on one line, without the parts that PQERRORS_VERBOSE adds.
std::string condensed(std::string_view said) {
    std::string out;
    while (!said.empty()) {
        const std::size_t end = std::min(said.find('\n'), said.size());
        const std::string_view line = said.substr(0, end);
        said.remove_prefix(std::min(end + 1, said.size()));
        const bool noise = line.empty() || line.starts_with("LOCATION:") || line.find("password retrieved from file") != std::string_view::npos;
        if (!noise) out.append(out.empty() ? "" : " ").append(line.substr(line.find_first_not_of(" \t") == std::string_view::npos ? 0 : line.find_first_not_of(" \t")));
    }
    return out;
}

std::string shellWord(const std::string& text) {
    const bool plain = !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == std::string::npos;
    if (plain) return text;
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

std::string explain(Failure failure, const Target& t, int timeout) {
    switch (failure) {
    case Failure::timedOut:
        return "no answer within " + std::to_string(timeout) + " s: is the host up, does a firewall drop the packets? (database.connect_timeout)";
    case Failure::refused: return "nothing listens there: is PostgreSQL running, and does its listen_addresses cover this address and port?";
    case Failure::noSocket: return "there is no socket in that directory: is PostgreSQL running, with this port and unix_socket_directories?";
    case Failure::nameNotResolved: return "the host's name cannot be resolved: check the spelling and the DNS";
    case Failure::unreachable: return "the host cannot be reached from here: check address, route and firewall";
    case Failure::wrongPassword:
        return "the password is wrong, or the role has none or does not exist: check database.username and database.password, or set it with: psql -c '\\password " + t.user +
               "', or create the role with: createuser --pwprompt " + shellWord(t.user);
    case Failure::passwordNeeded: return "the server asks for a password and none is configured: set database.password (or PGPASSFILE)";
    case Failure::missingRole: return "the role does not exist: create it as the database's administrator with: createuser --pwprompt " + shellWord(t.user);
    case Failure::missingDatabase:
        return "the database does not exist: create it as the database's administrator with: createdb --owner=" + shellWord(t.user) + " " + shellWord(t.database);
    case Failure::notAllowed: return "the server does not let this user in from here: check its pg_hba.conf (an entry for this host, user, database and TLS)";
    case Failure::noConnectPrivilege: return "the role may not connect to this database: GRANT CONNECT ON DATABASE … TO …, or make it the owner";
    case Failure::tlsRequired: return "the server offers no TLS and ssl_mode demands it: turn ssl on in the server's postgresql.conf, or lower database.ssl_mode";
    case Failure::tlsNotVerified:
        return "the server's certificate cannot be verified: database.ssl_ca(_file) must hold the authority that signed it, and with verify-full its name must be the configured host";
    case Failure::tlsRefused: return "TLS failed: check database.ssl_ca, ssl_certificate and ssl_key, and the server's own certificate";
    case Failure::tooManyConnections: return "the server has no connection left: raise its max_connections, or lower database.max_connections here or elsewhere";
    case Failure::startingUp: return "the server is starting up, shutting down or recovering: wait, or look at its log";
    case Failure::wrongServerKind: return "no server of the kind that target_session_attrs asks for was found among the hosts";
    case Failure::closedAtOnce: return "the server closed the connection at once: its log says why; is it PostgreSQL that listens there?";
    case Failure::diskFull: return "the database server cannot write, most likely because its disk is full: make room there";
    case Failure::other: break;
    }
    return "it could not be opened";
}

}  // namespace

std::string Target::describe() const {
    const bool socket = host.starts_with('/');
    return "PostgreSQL, database \"" + database + "\" " + (socket ? "in socket directory " : "on host ") + (host.empty() ? "(default)" : host) + ", port " + port +
           ", as user \"" + user + "\"";
}

Diagnosis diagnose(const Target& target, std::string_view said, bool timedOut, int timeoutSeconds) {
    Diagnosis found;
    const std::string state = sqlStateIn(said);
    if (!state.empty()) found.failure = byState(state, said);
    else if (timedOut) found.failure = Failure::timedOut;
    else found.failure = byWords(said);
    found.message = "cannot connect to " + target.describe() + ": " + explain(found.failure, target, timeoutSeconds);
    const std::string words = condensed(said);
    if (!words.empty()) found.message += " [" + words + "]";
    return found;
}

void throwDiagnosis(const ConnectOptions& options, const PGconn* connection, bool timedOut) {
    const auto text = [](const char* value) { return value == nullptr ? std::string() : std::string(value); };
    Target target;
    if (connection != nullptr) target = {text(PQhost(connection)), text(PQport(connection)), text(PQdb(connection)), text(PQuser(connection))};
    const Diagnosis found = diagnose(target, connection == nullptr ? "out of memory" : PQerrorMessage(connection), timedOut, options.connectTimeout);
    if (found.failure == Failure::tooManyConnections) throw StorageBusy(found.message, 5);
    throw StorageDown(found.message, 5);
}

}  // namespace latchkey::pg
