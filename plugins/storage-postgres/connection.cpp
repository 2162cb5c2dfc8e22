// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/connection.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/connect_options.h"
#include "plugins/storage-postgres/connect_state.h"
#include "plugins/storage-postgres/driver_session.h"
#include "plugins/storage-postgres/errors.h"
#include "plugins/storage-postgres/query_stats.h"
#include "plugins/storage-postgres/statement_runner.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <poll.h>

namespace latchkey::pg {

namespace {

constexpr std::int64_t kSlowQueryUs = 100'000;

// As statements and not as parameters of the connection: older poolers refuse connections with parameters that they do not know.
constexpr char kSessionSettings[] =
    "SET DateStyle TO 'ISO, MDY'; SET TimeZone TO 'UTC'; SET extra_float_digits TO 2; SET client_encoding TO 'UTF8'; "
    "SELECT pg_backend_pid()";

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

std::int64_t nowUs() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * std::int64_t(1'000'000) + now.tv_nsec / 1000;
}

// Counts what a statement took, whichever way it ends.
class Timed {
public:
    explicit Timed(const char* query) : query_(query) {}
    ~Timed() {
        const std::int64_t took = nowUs() - begin_;
        queryStats().count.fetch_add(1, std::memory_order_relaxed);
        queryStats().microseconds.fetch_add(static_cast<std::uint64_t>(took), std::memory_order_relaxed);
        if (took >= kSlowQueryUs) logger().warn("db.slow_query", "a statement was slow", {{"query", query_}, {"ms", took / 1000}});
    }

private:
    const char* query_;
    std::int64_t begin_ = nowUs();
};

void logNotice(void*, const PGresult* notice) {
    const char* text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    if (text != nullptr) logger().debug("db.notice", text);
}

void requireSuccess(const PGresult* result, PGconn* connection, const char* name) {
    if (!succeeded(result)) throwServerError(serverError(result, connection), name);
}

std::int64_t affectedRows(PGresult* result) {
    const char* text = PQcmdTuples(result);
    std::int64_t count = 0;
    std::from_chars(text, text + std::strlen(text), count);
    return count;
}

}  // namespace

struct Connection::Impl {
    explicit Impl(const ConnectOptions& options) : session(options), runner(session.raw(), options.statementCache) {}
    DriverSession session;
    StatementRunner runner;
    bool proxied = false;
};

Connection::Connection(const ConnectOptions& options) : impl_(std::make_unique<Impl>(options)), conn_(impl_->session.raw()) {
    PQsetNoticeReceiver(conn_, logNotice, nullptr);
    Result settings(PQexec(conn_, kSessionSettings));
    if (!succeeded(settings.get())) {
        options.state->proven = false;
        throwServerError(serverError(settings.get(), conn_), "db.session_settings");
    }
    impl_->proxied = std::atoi(PQgetvalue(settings.get(), 0, 0)) != PQbackendPID(conn_);
    if (!impl_->proxied) return;
    // A session pooler may hand over a server connection that listens on behalf of somebody before us.
    settings.reset(PQexec(conn_, "UNLISTEN *"));
    requireSuccess(settings.get(), conn_, "db.unlisten");
}

Connection::~Connection() = default;

void Connection::eachRow(const Query& query, Params params, const std::function<void(const Row&)>& read) {
    Result result;
    {
        const Timed timed(query.name);
        result = impl_->runner.run(query, params);
    }
    for (int row = 0; row < PQntuples(result.get()); ++row) read(Row(result.get(), row, query));
}

void Connection::severalRows(const Query& query) {
    throw StorageInconsistent(std::string(query.name) + ": more than one row where one at most can be");
}

std::int64_t Connection::exec(const Query& query, Params params) {
    const Timed timed(query.name);
    const Result result = impl_->runner.run(query, params);
    return affectedRows(result.get());
}

void Connection::execOne(const Query& query, Params params) {
    const std::int64_t affected = exec(query, params);
    if (affected != 1) throw StorageInconsistent(std::string(query.name) + ": " + std::to_string(affected) + " rows changed instead of one");
}

void Connection::script(const char* name, const std::string& sql) {
    taint();
    if (impl_->runner.takeOwed()) begin();
    const Result result(PQexec(conn_, sql.c_str()));
    requireSuccess(result.get(), conn_, name);
}

void Connection::begin() {
    const Result result(PQexec(conn_, "BEGIN"));
    requireSuccess(result.get(), conn_, "db.begin");
}

void Connection::beginWithNextStatement() noexcept { impl_->runner.owe(); }

void Connection::commit() {
    if (impl_->runner.takeOwed()) return;
    const Timed timed("db.commit");
    const Result result(PQexec(conn_, "COMMIT"));
    requireSuccess(result.get(), conn_, "db.commit");
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0) {
        throw StorageError("db.commit: the server rolled back, because a statement before had failed");
    }
}

void Connection::rollback() noexcept {
    if (impl_->runner.takeOwed()) return;
    if (PQtransactionStatus(conn_) == PQTRANS_IDLE || !usable()) return;
    const Result result(PQexec(conn_, "ROLLBACK"));
}

// A statement that failed half-way through a pipeline leaves the connection in that mode, one without an answer leaves it busy:
// not to be used again.
bool Connection::usable() const noexcept {
    return PQstatus(conn_) == CONNECTION_OK && PQpipelineStatus(conn_) == PQ_PIPELINE_OFF && PQtransactionStatus(conn_) != PQTRANS_ACTIVE;
}
bool Connection::inTransaction() const noexcept { return PQtransactionStatus(conn_) != PQTRANS_IDLE; }
bool Connection::beginOwed() const noexcept { return impl_->runner.owed(); }
int Connection::backendPid() const noexcept { return PQbackendPID(conn_); }
int Connection::serverVersion() const noexcept { return PQserverVersion(conn_); }
bool Connection::proxied() const noexcept { return impl_->proxied; }
Poco::Data::Session* Connection::poco() const noexcept { return impl_->session.poco(); }

bool Connection::tainted() const noexcept { return tainted_ || impl_->runner.touchedSession(); }

void Connection::ping(std::int64_t milliseconds) {
    const std::int64_t until = monotonicMs() + milliseconds;
    bool sent = PQsendQuery(conn_, "") == 1;
    while (sent && PQisBusy(conn_) != 0) {
        pollfd polled{PQsocket(conn_), POLLIN, 0};
        const int left = static_cast<int>(std::clamp<std::int64_t>(until - monotonicMs(), 0, 60'000));
        if (::poll(&polled, 1, left) == 0 && monotonicMs() >= until) throw StorageDown("db.ping: no answer within " + std::to_string(milliseconds) + " ms");
        sent = PQconsumeInput(conn_) == 1;
    }
    const Result result(PQgetResult(conn_));
    if (PQresultStatus(result.get()) != PGRES_EMPTY_QUERY) throwServerError(serverError(result.get(), conn_), "db.ping");
    const Result end(PQgetResult(conn_));
}

bool Connection::quiet() const noexcept {
    if (!usable()) return false;
    pollfd polled{PQsocket(conn_), POLLIN, 0};
    return ::poll(&polled, 1, 0) == 0;
}

}  // namespace latchkey::pg
