// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/surface.h"
#include "plugins/http/config.h"
#include "plugins/http/server.h"

#include <memory>
#include <string>
#include <vector>

namespace latchkey::http {

/// The configured listeners with the surfaces they name, as one thing to start and stop.
class Front {
public:
    /// Binds everything first, so that a start that fails has served nobody; then serves. Throws Error naming the setting.
    Front(const HttpConfig& config, const std::vector<Surface*>& surfaces, const Timeouts& timeouts = {}, unsigned workers = 16);
    ~Front();

    /// "127.0.0.1:40123" or a path, in the order of the configuration.
    std::vector<std::string> addresses(std::size_t listener) const;
    std::size_t connections() const { return server_ ? server_->connections() : 0; }
    bool draining() const { return server_ && server_->draining(); }
    std::vector<const ListenerMetrics*> metrics() const;

    /// Reads certificates and keys again. All are replaced, or on a throw none.
    void reloadTls();
    void drain(const Deadline& deadline) noexcept;
    void stop() noexcept;

private:
    void mount(const ListenerConfig& config, const std::vector<Surface*>& surfaces, Listener& listener);

    const std::vector<ProxyNetwork> trustedProxies_;
    std::vector<std::pair<Surface*, std::unique_ptr<Routes>>> mounted_;  // each surface mounts once
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::unique_ptr<Server> server_;
};

/// Raises the limit of open files to what is allowed: each connection is one. Returns the limit.
std::size_t raiseFileLimit();

}  // namespace latchkey::http
