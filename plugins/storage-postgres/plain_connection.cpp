// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/plain_connection.h"

#include "kernel/deadline.h"
#include "plugins/storage-postgres/connect_options.h"
#include "plugins/storage-postgres/connect_state.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/diagnosis.h"
#include "plugins/storage-postgres/errors.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace latchkey::pg {

namespace {

// False once the moment has passed.
bool waitFor(int socket, short events, std::int64_t until) {
    for (;;) {
        const std::int64_t left = until - monotonicMs();
        if (left <= 0) return false;
        pollfd polled{socket, events, 0};
        const int ready = ::poll(&polled, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
    }
}

void ignoreNotice(void*, const PGresult*) {}

}  // namespace

PlainConnection::PlainConnection(const ConnectOptions& options) {
    try {
        connect(options);
        options.state->proven = true;
    } catch (...) {
        options.state->proven = false;
        throw;
    }
}

void PlainConnection::connect(const ConnectOptions& options) {
    Keywords keywords = options.effective();
    if (!options.password.empty()) keywords["password"] = options.password.reveal();
    std::vector<const char*> names;
    std::vector<const char*> values;
    for (const auto& [name, value] : keywords) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);

    const std::int64_t until = monotonicMs() + std::max(options.connectTimeout, 1) * std::int64_t(1000);
    connection_.reset(PQconnectStartParams(names.data(), values.data(), 0));
    PGconn* const connection = connection_.get();
    if (connection == nullptr || PQstatus(connection) == CONNECTION_BAD) throwDiagnosis(options, connection, false);
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);  // the SQLSTATE then stands in the message, whatever its language
    PQsetNoticeReceiver(connection, ignoreNotice, nullptr);
    for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK; state = PQconnectPoll(connection)) {
        if (state == PGRES_POLLING_FAILED) throwDiagnosis(options, connection, false);
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!waitFor(PQsocket(connection), events, until)) throwDiagnosis(options, connection, true);
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
}

void PlainConnection::leave() {
    constexpr std::int64_t kPatienceMs = 1'000;
    const int socket = ::fcntl(PQsocket(connection_.get()), F_DUPFD_CLOEXEC, 0);
    connection_.reset();
    if (socket < 0) return;
    const std::int64_t until = monotonicMs() + kPatienceMs;
    char rest[512];
    while (waitFor(socket, POLLIN, until) && ::read(socket, rest, sizeof rest) > 0) {}
    ::close(socket);
}

PlainConnection::Answer PlainConnection::ask(const char* sql, std::int64_t milliseconds) {
    partial_ = {Outcome::done, {}, {}};
    failed_ = false;
    if (PQsendQuery(connection_.get(), sql) == 0) return {Outcome::lost, PQerrorMessage(connection_.get()), {}};
    return answer(milliseconds);
}

PlainConnection::Answer PlainConnection::answer(std::int64_t milliseconds) {
    const std::int64_t until = monotonicMs() + milliseconds;
    for (;;) {
        if (const auto complete = collect()) return *complete;
        if (!waitFor(PQsocket(connection_.get()), POLLIN, until)) return {Outcome::waiting, {}, {}};
        if (PQconsumeInput(connection_.get()) == 0) return {Outcome::lost, PQerrorMessage(connection_.get()), {}};
    }
}

// Takes the results that are here; an answer once the last one is.
std::optional<PlainConnection::Answer> PlainConnection::collect() {
    while (PQisBusy(connection_.get()) == 0) {
        const Result result(PQgetResult(connection_.get()));
        if (!result) {
            if (PQstatus(connection_.get()) != CONNECTION_OK && !failed_) return Answer{Outcome::lost, PQerrorMessage(connection_.get()), {}};
            return partial_;
        }
        if (failed_) continue;
        if (!succeeded(result.get())) {
            const ServerError error = serverError(result.get(), connection_.get());
            partial_ = {Outcome::refused, error.message, error.sqlState};
            failed_ = true;
        } else if (PQntuples(result.get()) > 0) {
            partial_.value = PQgetvalue(result.get(), 0, 0);
        }
    }
    return std::nullopt;
}

}  // namespace latchkey::pg
