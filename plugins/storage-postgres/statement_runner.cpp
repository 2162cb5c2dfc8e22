// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/statement_runner.h"

#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/errors.h"

#include <cstring>
#include <utility>

namespace latchkey::pg {

namespace {

std::string quotedIdentifier(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

// The server has forgotten the statement, or its tables changed since it was prepared.
bool mustPrepareAgain(const PGresult* failed) {
    const char* state = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    return state != nullptr && (std::strcmp(state, "26000") == 0 || std::strcmp(state, "0A000") == 0);
}

}  // namespace

Result StatementRunner::run(const Query& query, Params params) {
    Values values;
    values.reserve(params.size());
    for (const Param& param : params) values.push_back(param.data());

    const bool owed = beginOwed_;
    const bool inTransaction = PQtransactionStatus(connection_) != PQTRANS_IDLE;
    const bool cached = cache_.use(query.name);
    Result result = attempt(query, values);
    if (!succeeded(result.get()) && cached && recoverable(query, result.get(), inTransaction, owed)) result = attempt(query, values);
    if (!succeeded(result.get())) throwServerError(serverError(result.get(), connection_), query.name);
    return result;
}

// Nothing else can have happened in a transaction that only just began: it can be begun again.
bool StatementRunner::recoverable(const Query& query, const PGresult* failed, bool wasInTransaction, bool owedBefore) {
    if (!mustPrepareAgain(failed)) return false;
    cache_.forget(query.name);
    if (wasInTransaction) return false;
    if (owedBefore) {
        const Result undone(PQexec(connection_, "ROLLBACK"));
        beginOwed_ = true;
    }
    // 0A000: the old one still exists under this name.
    const Result freed(PQexec(connection_, ("DEALLOCATE " + quotedIdentifier(query.name)).c_str()));
    return PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

Result StatementRunner::attempt(const Query& query, const Values& values) {
    const int count = static_cast<int>(values.size());
    if (!cache_.enabled() && !beginOwed_) {
        return Result(PQexecParams(connection_, query.sql, count, nullptr, values.data(), nullptr, nullptr, 0));
    }
    const bool prepare = cache_.enabled() && !cache_.use(query.name);
    if (prepare || beginOwed_) return pipeline(query, values, prepare);
    return Result(PQexecPrepared(connection_, query.name, count, values.data(), nullptr, nullptr, 0));
}

bool StatementRunner::send(const Query& query, const Values& values, bool begin, bool prepare, const std::optional<std::string>& surplus) {
    const int count = static_cast<int>(values.size());
    const auto plain = [this](const std::string& sql) {
        return PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
    };
    if (surplus && !plain("DEALLOCATE " + quotedIdentifier(*surplus))) return false;
    if (prepare && PQsendPrepare(connection_, query.name, query.sql, 0, nullptr) != 1) return false;
    if (begin && !plain("BEGIN")) return false;
    const int sent = cache_.enabled() ? PQsendQueryPrepared(connection_, query.name, count, values.data(), nullptr, nullptr, 0)
                                      : PQsendQueryParams(connection_, query.sql, count, nullptr, values.data(), nullptr, nullptr, 0);
    return sent == 1 && PQpipelineSync(connection_) == 1;
}

// One statement's result; libpq puts a null after each.
Result StatementRunner::next() {
    Result result(PQgetResult(connection_));
    if (result) {
        const Result separator(PQgetResult(connection_));
    }
    return result;
}

Result StatementRunner::pipeline(const Query& query, const Values& values, bool prepare) {
    const bool begin = takeOwed();
    const auto surplus = prepare ? cache_.surplus() : std::nullopt;
    if (PQenterPipelineMode(connection_) != 1 || !send(query, values, begin, prepare, surplus)) return nullptr;

    Result last;
    bool failed = false;
    const int statements = (surplus ? 1 : 0) + (prepare ? 1 : 0) + (begin ? 1 : 0) + 1;
    const int preparation = surplus ? 1 : 0;
    for (int i = 0; i < statements; ++i) {
        Result result = next();
        if (!result) return nullptr;
        if (failed) continue;  // PGRES_PIPELINE_ABORTED from here on
        failed = !succeeded(result.get());
        if (!failed && surplus && i == 0) cache_.forget(*surplus);
        if (!failed && prepare && i == preparation) cache_.add(query.name);
        last = std::move(result);
    }
    const Result sync(PQgetResult(connection_));
    PQexitPipelineMode(connection_);
    return last;
}

}  // namespace latchkey::pg
