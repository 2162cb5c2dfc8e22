// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/config.h"

#include <memory>
#include <mutex>

struct ssl_ctx_st;

namespace latchkey::http {

using SslContext = std::shared_ptr<ssl_ctx_st>;

/// Reads certificate, key and password and checks that they belong together. TLS 1.2 and later, ALPN `http/1.1` only, no
/// client certificates. Throws Error that names the setting and never holds key material.
SslContext loadTls(const TlsConfig& config);

/// The certificate of one listener, replaceable while the server runs. Thread-safe.
class TlsServer {
public:
    explicit TlsServer(const TlsConfig& config) : config_(config), context_(loadTls(config)) {}

    SslContext context() const {
        const std::lock_guard lock(mutex_);
        return context_;
    }
    /// What the files hold now; for use() once all listeners' files proved good.
    SslContext reread() const { return loadTls(config_); }
    void use(SslContext context) {
        const std::lock_guard lock(mutex_);
        context_ = std::move(context);
    }

private:
    const TlsConfig config_;
    mutable std::mutex mutex_;
    SslContext context_;
};

}  // namespace latchkey::http
