// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/http/api/surface.h"
#include "plugins/metrics/process_metrics.h"

namespace latchkey::metrics {

/// Resource `prometheus`: /metrics, what every plugin has counted.
class MetricsPlugin final : public Plugin, private http::Surface {
public:
    void configure(const config::Section& root) override {
        const config::Section metrics = root.section("telemetry").section("metrics");
        enabled_ = metrics.oneOf("exporter", "none", {"none", "stdout", "otlp", "prometheus"}) == "prometheus";
    }
    void start(Services& services) override {
        services_ = &services;
        services.offer<MetricsSource>(process_);
        services.offer<http::Surface>(*this);
    }

private:
    std::string_view resource() const override { return "prometheus"; }
    void mount(http::Routes& routes) override {
        routes.any("/metrics", [this](const http::Request&) { return answer(); });
    }
    http::Response answer() const {
        if (!enabled_) return http::text(500, "the metrics exporter is not prometheus: set telemetry.metrics.exporter\n");
        MetricsWriter writer;
        for (const MetricsSource* source : services_->all<MetricsSource>()) source->collect(writer);
        http::Response response = http::text(200, writer.text());
        response.headers.set("Content-Type", "text/plain;version=1.0.0");
        return response;
    }

    bool enabled_ = false;
    ProcessMetrics process_;
    const Services* services_ = nullptr;  // those that start later count, too: asked at each request
};

}  // namespace latchkey::metrics

LATCHKEY_PLUGIN(latchkey::metrics::MetricsPlugin, "metrics", latchkey::kVersion, "/metrics in the Prometheus format")
