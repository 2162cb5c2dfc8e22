// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/pool_metrics.h"

#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/query_stats.h"

namespace latchkey::pg {

namespace {

using Type = MetricsWriter::Type;

double real(std::uint64_t count) { return static_cast<double>(count); }

void single(MetricsWriter& writer, const char* name, Type type, const char* help, double value) {
    writer.metric(name, type, help);
    writer.sample(name, value);
}

void connections(MetricsWriter& writer, const Pool::Stats& stats) {
    constexpr char kName[] = "latchkey_database_connections";
    writer.metric(kName, Type::gauge, "Open connections of the pool (those being opened count as in use)");
    writer.sample(kName, real(stats.idle), {{"state", "idle"}});
    writer.sample(kName, real(stats.open - stats.idle), {{"state", "in_use"}});
    writer.metric("db_connections_usage", Type::gauge, "The same as MAS calls it");
    writer.sample("db_connections_usage", real(stats.idle), {{"state", "idle"}});
    writer.sample("db_connections_usage", real(stats.open - stats.idle), {{"state", "used"}});
    single(writer, "db_connections_max", Type::gauge, "Most connections that the pool may open, as MAS calls it", real(stats.limit));
    single(writer, "latchkey_database_connections_limit", Type::gauge, "Most connections that the pool may open", real(stats.limit));
    single(writer, "latchkey_database_waiting", Type::gauge, "Threads that wait for a connection", real(stats.waiting));
    single(writer, "latchkey_database_up", Type::gauge, "0 while no connection can be opened", stats.away ? 0 : 1);
}

}  // namespace

void PoolMetrics::collect(MetricsWriter& writer) const {
    const Pool::Stats stats = pool_.stats();
    connections(writer, stats);
    single(writer, "latchkey_database_acquires_total", Type::counter, "Connections taken from the pool", real(stats.acquired));
    single(writer, "latchkey_database_acquire_seconds_total", Type::counter, "Time spent on taking them", real(stats.waitedMicroseconds) / 1e6);
    single(writer, "latchkey_database_acquire_timeouts_total", Type::counter, "Waits that ended without a connection", real(stats.timedOut));
    single(writer, "latchkey_database_connects_total", Type::counter, "Connections opened", real(stats.connects));
    single(writer, "latchkey_database_connect_failures_total", Type::counter, "Attempts to open a connection that failed", real(stats.connectFailures));
    single(writer, "latchkey_database_discarded_total", Type::counter, "Connections closed when they came back", real(stats.discarded));
    single(writer, "latchkey_database_queries_total", Type::counter, "Statements executed", real(queryStats().count));
    single(writer, "latchkey_database_query_seconds_total", Type::counter, "Time spent on them", real(queryStats().microseconds) / 1e6);
}

}  // namespace latchkey::pg
