// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

namespace {

using config::Section;

void checkRate(const Section& section, std::string_view key) {
    const auto rate = section.optionalReal(key);
    if (rate && (*rate < 0 || *rate > 1)) section.problem(key, "must be between 0 and 1");
}

void checkPropagators(const Section& tracing) {
    for (const std::string& each : tracing.strings("propagators")) {
        if (each != "tracecontext" && each != "baggage" && each != "jaeger") tracing.problem("propagators", "`" + each + "` is none of `tracecontext`, `baggage` or `jaeger`");
    }
}

}  // namespace

void checkTelemetry(const config::Section& root) {
    const Section section = root.section("telemetry");
    const Section tracing = section.section("tracing");
    if (tracing.oneOf("exporter", "none", {"none", "stdout", "otlp"}) != "none") tracing.warning("exporter", "this version exports no traces");
    tracing.optionalUrl("endpoint");
    checkPropagators(tracing);
    checkRate(tracing, "sample_rate");

    const Section metrics = section.section("metrics");
    const std::string exporter = metrics.oneOf("exporter", "none", {"none", "stdout", "otlp", "prometheus"});
    if (exporter == "stdout" || exporter == "otlp") metrics.warning("exporter", "this version exports metrics for Prometheus only: use `prometheus`");
    metrics.optionalUrl("endpoint");

    const Section sentry = section.section("sentry");
    if (sentry.optionalUriWithPassword("dsn")) sentry.warning("dsn", "this version sends nothing to Sentry");
    sentry.optionalString("environment");
    checkRate(sentry, "sample_rate");
    checkRate(sentry, "traces_sample_rate");
}

}  // namespace latchkey::site
