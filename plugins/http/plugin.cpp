// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/log.h"
#include "kernel/services.h"
#include "plugins/http/front.h"
#include "plugins/http/generator.h"

#include <algorithm>
#include <cstdlib>

namespace latchkey::http {

namespace {

// Enough for handlers that wait on the database; the CPU's share of the work needs two per core.
constexpr unsigned kWorkers = 16;

unsigned workers() {
    const char* wanted = std::getenv("LATCHKEY_HTTP_WORKERS");
    const int count = wanted == nullptr ? 0 : std::atoi(wanted);
    return count < 1 ? kWorkers : static_cast<unsigned>(std::min(count, 512));
}

}  // namespace

class HttpPlugin final : public Plugin, private Reloadable, private MetricsSource {
public:
    void declare(Declarations& declarations) override { declarations.generator(generator_); }

    void configure(const config::Section& root) override { config_ = HttpConfig::parse(root); }

    void start(Services& services) override {
        const std::size_t files = raiseFileLimit();
        front_ = std::make_unique<Front>(config_, services.all<Surface>(), Timeouts{}, workers());
        services.offer<MetricsSource>(*this);
        services.offer<Reloadable>(*this);
        log_.debug("http.started", "serving", {{"workers", workers()}, {"open_files", files}});
    }

    void drain(const Deadline& deadline) noexcept override {
        if (front_) front_->drain(deadline);
    }

    void stop() noexcept override {
        if (front_) front_->stop();
    }

private:
    void reload() override { front_->reloadTls(); }
    void collect(MetricsWriter& writer) const override { writeMetrics(writer, front_->metrics()); }

    HttpGenerator generator_;
    HttpConfig config_;
    std::unique_ptr<Front> front_;
    log::Logger log_{"http"};
};

}  // namespace latchkey::http

LATCHKEY_PLUGIN(latchkey::http::HttpPlugin, "http", latchkey::kVersion, "Listeners, TLS, HTTP/1.1; serves the resources of other plugins")
