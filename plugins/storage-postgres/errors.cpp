// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/errors.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"

#include <libpq-fe.h>

namespace latchkey::pg {

namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : text;
}

bool busy(std::string_view state) {
    return state == "57014" || state == "55P03" || state == "40001" || state == "40P01" || state == "53300";
}

// 57P0x: told to end; 57P05, 25P03, 25P04: the server's time-outs for idle sessions and for transactions, which end the session.
bool down(std::string_view state) {
    return state.empty() || state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05" || state == "25P03" || state == "25P04";
}

// Some messages quote the value that did not fit (`invalid input syntax for type uuid: "…"`).
std::string withoutValues(std::string_view message, std::string_view state) {
    const bool quotesData = state.starts_with("22");
    return std::string(quotesData ? message.substr(0, std::min(message.find('"'), message.find(": "))) : message);
}

std::string advice(std::string_view state) {
    if (state == "53100") return "; the database server's disk is full: make room there";
    if (state == "53200") return "; the database server is out of memory";
    if (state == "25006") return "; the server is read-only, perhaps a hot standby: point `database` at the primary (target_session_attrs=read-write)";
    if (state == "42501") return "; grant it, or make the role the owner of the database: ALTER DATABASE … OWNER TO …";
    if (state == "42P01" || state == "42703") return "; is the schema up to date? `mas-cli database status` tells";
    return {};
}

std::string oneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool blank = c == '\n' || c == '\t' || c == ' ';
        if (!blank) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace

ServerError serverError(const PGresult* result, const PGconn* connection) {
    ServerError error;
    error.sqlState = field(result, PG_DIAG_SQLSTATE);
    error.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    error.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    if (error.message.empty()) error.message = oneLine(result == nullptr ? "" : PQresultErrorMessage(result));
    if (error.message.empty() && connection != nullptr) error.message = oneLine(PQerrorMessage(connection));
    if (error.message.empty()) error.message = "the connection was lost";
    return error;
}

void throwServerError(const ServerError& error, std::string_view query) {
    const std::string& state = error.sqlState;
    std::string message = std::string(query) + ": " + withoutValues(error.message, state);
    if (!state.empty()) message += " (SQLSTATE " + state + ")";
    message += advice(state);
    if (state == "23505") throw Conflict(message, error.constraint);
    if (state == "23503") throw BrokenReference(message, error.constraint);
    if (busy(state)) throw StorageBusy(message);
    if (state == "53100" || state == "53200") throw StorageBusy(message, 30);
    if (down(state)) throw StorageDown(message);
    throw StorageError(message);
}

}  // namespace latchkey::pg
