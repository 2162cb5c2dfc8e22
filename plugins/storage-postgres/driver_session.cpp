// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/driver_session.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connect_options.h"
#include "plugins/storage-postgres/connect_state.h"
#include "plugins/storage-postgres/plain_connection.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <Poco/Data/PostgreSQL/Utility.h>
#include <Poco/Data/Session.h>
#include <libpq-fe.h>

#include <algorithm>
#include <mutex>

namespace latchkey::pg {

namespace {

using Poco::Data::PostgreSQL::SessionHandle;

// SessionHandle::disconnect() frees a PGconn only while its status is good, so each connection that the server had closed would
// stay in memory. We free it ourselves, and the handle must forget it; it has no call for that. An explicit instantiation may
// name a private member: the one way to it that is not undefined.
template <PGconn* SessionHandle::* Member>
struct Forget {
    friend void forgetConnection(SessionHandle& handle) { handle.*Member = nullptr; }
};
void forgetConnection(SessionHandle& handle);
template struct Forget<&SessionHandle::_pConnection>;

void registerConnectorOnce() {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Data::PostgreSQL::Connector::registerConnector(); });
}

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

// Poco splits at blanks and trims; what is left goes to libpq, which undoes the backslashes.
std::optional<std::string> escaped(const std::string& value) {
    if (value.empty()) return "''";
    if (value.find(' ') != std::string::npos || isSpace(value.front()) || isSpace(value.back())) return std::nullopt;
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '\'' || isSpace(c)) out += '\\';
        out += c;
    }
    return out;
}

// The server splits `options` at any white space: a tab does for a blank, unless the blank is escaped and so part of a word.
std::optional<std::string> optionsWithTabs(std::string value) {
    while (!value.empty() && isSpace(value.back())) value.pop_back();
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\' && i + 1 < value.size() && isSpace(value[++i])) return std::nullopt;
        if (value[i] == ' ') value[i] = '\t';
    }
    return value;
}

}  // namespace

std::optional<std::string> pocoConnectionString(const ConnectOptions& options) {
    Keywords keywords = options.effective();
    if (const auto found = keywords.find("options"); found != keywords.end()) {
        const auto tabbed = optionsWithTabs(found->second);
        if (!tabbed) return std::nullopt;
        found->second = *tabbed;
    }
    if (!options.password.empty()) {
        if (options.password.reveal().find_first_of("\r\n") != std::string::npos) return std::nullopt;
        const std::lock_guard lock(options.state->mutex);
        if (!options.state->password) options.state->password.emplace(passfileLine(options.password.reveal()));
        keywords["passfile"] = options.state->password->path();
        keywords["password"] = "";  // or PGPASSWORD would come before the file
    }
    std::string text;
    for (const auto& [name, value] : keywords) {
        const auto carried = escaped(value);
        if (!carried) return std::nullopt;
        text.append(text.empty() ? "" : " ").append(name).append("=").append(*carried);
    }
    return text;
}

DriverSession::DriverSession(const ConnectOptions& options) {
    const auto text = pocoConnectionString(options);
    if (text) openSession(options, *text);
    else openPlain(options);
}

// A failed attempt of Poco's connector leaks a socket and 36 KB, so unless the last attempt succeeded libpq goes first; it also
// knows why an attempt failed.
void DriverSession::openSession(const ConnectOptions& options, const std::string& text) {
    registerConnectorOnce();
    for (int attempt = 1;; ++attempt) {
        if (!options.state->proven) PlainConnection(options).leave();
        try {
            const auto timeout = static_cast<std::size_t>(std::max(options.connectTimeout, 2));
            session_ = std::make_unique<Poco::Data::Session>("postgresql", text, timeout);
            connection_ = *Poco::Data::PostgreSQL::Utility::handle(*session_);
            return;
        } catch (const Poco::Exception& error) {
            options.state->proven = false;
            if (attempt == 2) throw StorageDown("cannot connect to " + options.describe() + ": " + error.message());
        }
    }
}

void DriverSession::openPlain(const ConnectOptions& options) { connection_ = PlainConnection(options).release(); }

DriverSession::~DriverSession() {
    if (session_ && PQstatus(connection_) != CONNECTION_OK) {
        forgetConnection(*Poco::Data::PostgreSQL::Utility::handle(*session_));
        PQfinish(connection_);
    } else if (!session_) {
        PQfinish(connection_);
    }
}

}  // namespace latchkey::pg
