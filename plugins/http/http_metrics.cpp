// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/http_metrics.h"

#include <algorithm>
#include <cstdio>

namespace latchkey::http {

namespace {

using Type = MetricsWriter::Type;
using Listeners = std::vector<const ListenerMetrics*>;

void add(std::atomic<std::uint64_t>& counter, std::uint64_t value) { counter.fetch_add(value, std::memory_order_relaxed); }

template <typename T>
double value(const std::atomic<T>& counter) {
    return static_cast<double>(counter.load(std::memory_order_relaxed));
}

template <typename Member>
void simple(MetricsWriter& writer, const Listeners& all, const char* name, Type type, const char* help, Member member) {
    writer.metric(name, type, help);
    for (const ListenerMetrics* each : all) writer.sample(name, value(each->*member), {{"listener", each->listener}});
}

/// How the durations are called, in which unit, and by which label listeners are told apart.
struct DurationNames {
    const char* name;
    const char* help;
    double perUnitUs;
    const char* listener;
};

constexpr DurationNames kDurationNames[] = {
    {"latchkey_http_request_duration_seconds", "Time from the complete request to the complete answer, in seconds", 1e6, "listener"},
    {"http_server_duration", "The same as MAS calls it, in milliseconds", 1e3, "mas_listener_name"}};

void durations(MetricsWriter& writer, const Listeners& all, const DurationNames& as) {
    const std::string name(as.name), bucket = name + "_bucket", sum = name + "_sum", count = name + "_count";
    writer.metric(name, Type::histogram, as.help);
    for (const ListenerMetrics* each : all) {
        double total = 0;
        for (std::size_t i = 0; i < each->durations.size(); ++i) {
            total += value(each->durations[i]);
            char bound[32] = "+Inf";
            if (i < ListenerMetrics::kBoundsUs.size()) {
                std::snprintf(bound, sizeof bound, "%g", static_cast<double>(ListenerMetrics::kBoundsUs[i]) / as.perUnitUs);
            }
            writer.sample(bucket, total, {{as.listener, each->listener}, {"le", bound}});
        }
        writer.sample(sum, value(each->durationSumUs) / as.perUnitUs, {{as.listener, each->listener}});
        writer.sample(count, total, {{as.listener, each->listener}});
    }
}

}  // namespace

void ListenerMetrics::answered(int status, std::uint64_t durationUs, std::uint64_t bytes) noexcept {
    add(responses[static_cast<std::size_t>(std::clamp(status / 100, 1, 5)) - 1], 1);
    const auto bound = std::lower_bound(kBoundsUs.begin(), kBoundsUs.end(), durationUs);
    add(durations[static_cast<std::size_t>(bound - kBoundsUs.begin())], 1);
    add(durationSumUs, durationUs);
    add(bytesSent, bytes);
}

void writeMetrics(MetricsWriter& writer, const Listeners& all) {
    static constexpr const char* kClasses[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    writer.metric("latchkey_http_requests_total", Type::counter, "Requests answered, by class of status");
    for (const ListenerMetrics* each : all) {
        for (std::size_t i = 1; i < each->responses.size(); ++i) {
            writer.sample("latchkey_http_requests_total", value(each->responses[i]), {{"listener", each->listener}, {"status", kClasses[i]}});
        }
    }
    for (const DurationNames& each : kDurationNames) durations(writer, all, each);
    writer.metric("http_server_active_requests", Type::gauge, "Requests in a handler now, as MAS calls it");
    for (const ListenerMetrics* each : all) {
        writer.sample("http_server_active_requests", value(each->inFlight), {{"mas_listener_name", each->listener}});
    }
    simple(writer, all, "latchkey_http_requests_in_flight", Type::gauge, "Requests in a handler now", &ListenerMetrics::inFlight);
    simple(writer, all, "latchkey_http_response_bytes_total", Type::counter, "Bytes of bodies answered", &ListenerMetrics::bytesSent);
    simple(writer, all, "latchkey_http_connections_open", Type::gauge, "Connections open now", &ListenerMetrics::open);
    simple(writer, all, "latchkey_http_connections_accepted_total", Type::counter, "Connections accepted", &ListenerMetrics::accepted);
    simple(writer, all, "latchkey_http_accept_failures_total", Type::counter, "Times no connection could be accepted for want of descriptors or memory", &ListenerMetrics::refused);
    simple(writer, all, "latchkey_http_tls_failures_total", Type::counter, "TLS handshakes and PROXY headers that failed", &ListenerMetrics::tlsFailures);
    simple(writer, all, "latchkey_http_parse_errors_total", Type::counter, "Requests refused because they were malformed or too large", &ListenerMetrics::parseErrors);
    simple(writer, all, "latchkey_http_timeouts_total", Type::counter, "Connections closed by a deadline, idle ones excepted", &ListenerMetrics::timeouts);
}

}  // namespace latchkey::http
