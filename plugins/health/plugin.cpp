// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/health/connection_info.h"
#include "plugins/http/api/surface.h"

namespace latchkey::health {

/// GET /health: 200 `ok` if the database answers; while it is away the front makes 503 with Retry-After of the exception.
class HealthSurface final : public http::Surface {
public:
    void use(Store& store) { store_ = &store; }
    std::string_view resource() const override { return "health"; }
    void mount(http::Routes& routes) override {
        routes.get("/health", [this](const http::Request&) {
            store_->ping();
            return http::text(200, "ok");
        });
    }

private:
    Store* store_ = nullptr;
};

/// GET /connection-info: what arrived here, to find out what a proxy does.
class ConnectionInfoSurface final : public http::Surface {
public:
    std::string_view resource() const override { return "connection-info"; }
    void mount(http::Routes& routes) override {
        routes.get("/connection-info", [](const http::Request& request) { return http::text(200, describe(request)); });
    }
};

class HealthPlugin final : public Plugin {
public:
    void start(Services& services) override {
        health_.use(services.need<Store>());
        services.offer<http::Surface>(health_);
        services.offer<http::Surface>(connectionInfo_);
    }

private:
    HealthSurface health_;
    ConnectionInfoSurface connectionInfo_;
};

}  // namespace latchkey::health

LATCHKEY_PLUGIN(latchkey::health::HealthPlugin, "health", latchkey::kVersion, "/health and /connection-info")
