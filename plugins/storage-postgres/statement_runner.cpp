// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/statement_runner.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/errors.h"
#include "plugins/storage-postgres/session_effects.h"

#include <utility>

namespace latchkey::pg {

namespace {

// One statement may have to go twice: the one that makes room for it is unknown to the server, then it is itself.
constexpr int kMostAttempts = 3;

std::string quotedIdentifier(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

}  // namespace

Result StatementRunner::run(const Query& query, Params params) {
    Values values;
    values.reserve(params.size());
    for (const Param& param : params) {
        // As a C string it would be cut there, and something else would be stored than was checked.
        if (param.holdsNul()) throw StorageError(std::string(query.name) + ": a parameter holds a NUL character, which PostgreSQL cannot take");
        values.push_back(param.data());
    }
    const bool owed = beginOwed_;
    const bool inTransaction = PQtransactionStatus(connection_) != PQTRANS_IDLE;
    Result result = attempt(query, values);
    for (int attempts = 1; !succeeded(result.get()); ++attempts) {
        const bool again = noteForgotten(query, result.get()) && !inTransaction && attempts < kMostAttempts && backToStart(owed);
        if (!again) throwServerError(serverError(result.get(), connection_), query.name);
        result = attempt(query, values);
    }
    return result;
}

// Whether it failed because the server and we differ about what is prepared; the next attempt then prepares it again.
bool StatementRunner::noteForgotten(const Query& query, const PGresult* failed) {
    const char* const said = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    const std::string_view state = said == nullptr ? "" : said;
    const std::string dropped = std::exchange(failedDrop_, {});
    if (state == "26000") {  // unknown to the server
        const std::string& unknown = dropped.empty() ? query.name : dropped;
        cache_.forget(unknown);
        stale_.erase(unknown);
        return true;
    }
    // 0A000: its tables changed since. 42P05: left by another user of the session, through a pooler.
    const bool unfit = (state == "0A000" && cache_.use(query.name)) || (state == "42P05" && cache_.enabled());
    if (!unfit) return false;
    cache_.forget(query.name);
    stale_.insert(query.name);
    return true;
}

// Nothing else can have happened in a transaction that only just began: it can be begun again.
bool StatementRunner::backToStart(bool owedBefore) {
    if (PQtransactionStatus(connection_) != PQTRANS_IDLE) {
        const Result undone(PQexec(connection_, "ROLLBACK"));
    }
    beginOwed_ = owedBefore;
    return PQtransactionStatus(connection_) == PQTRANS_IDLE;
}

Result StatementRunner::attempt(const Query& query, const Values& values) {
    const int count = static_cast<int>(values.size());
    const bool prepare = cache_.enabled() && !cache_.use(query.name);
    if (prepare || !cache_.enabled()) touchedSession_ = touchedSession_ || mayChangeSession(query);
    if (prepare || beginOwed_) return pipeline(query, values, prepare);
    if (!cache_.enabled()) return Result(PQexecParams(connection_, query.sql, count, nullptr, values.data(), nullptr, nullptr, 0));
    return Result(PQexecPrepared(connection_, query.name, count, values.data(), nullptr, nullptr, 0));
}

// What must go before the query can be prepared.
std::vector<std::string> StatementRunner::drops(const Query& query) const {
    std::vector<std::string> names;
    if (auto surplus = cache_.surplus()) names.push_back(std::move(*surplus));
    if (stale_.contains(query.name)) names.push_back(query.name);
    return names;
}

bool StatementRunner::send(const Query& query, const Values& values, bool begin, bool prepare, const std::vector<std::string>& drops) {
    const int count = static_cast<int>(values.size());
    const auto plain = [this](const std::string& sql) {
        return PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
    };
    for (const std::string& name : drops) {
        if (!plain("DEALLOCATE " + quotedIdentifier(name))) return false;
    }
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
    const std::vector<std::string> dropped = prepare ? drops(query) : std::vector<std::string>();
    if (PQenterPipelineMode(connection_) != 1 || !send(query, values, begin, prepare, dropped)) return nullptr;

    Result last;
    bool failed = false;
    const std::size_t statements = dropped.size() + (prepare ? 1 : 0) + (begin ? 1 : 0) + 1;
    for (std::size_t i = 0; i < statements; ++i) {
        Result result = next();
        if (!result) return nullptr;
        if (failed) continue;  // PGRES_PIPELINE_ABORTED from here on
        failed = !succeeded(result.get());
        last = std::move(result);
        if (failed && i < dropped.size()) failedDrop_ = dropped[i];
        if (failed) continue;
        if (i < dropped.size()) {
            cache_.forget(dropped[i]);
            stale_.erase(dropped[i]);
        } else if (prepare && i == dropped.size()) {
            cache_.add(query.name);
        }
    }
    const Result sync(PQgetResult(connection_));
    PQexitPipelineMode(connection_);
    return last;
}

}  // namespace latchkey::pg
