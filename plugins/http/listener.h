// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/binds.h"
#include "plugins/http/dispatcher.h"
#include "plugins/http/tls.h"

#include <memory>
#include <string>
#include <vector>

namespace latchkey::http {

/// What a worker is woken for.
struct EventTarget {
    enum class Kind { stop, acceptor, connection } kind;
};

struct Listener;

/// One listening socket in the epoll set.
struct Acceptor : EventTarget {
    Acceptor(BoundSocket bound, Listener& owner) : EventTarget{Kind::acceptor}, socket(std::move(bound)), listener(owner) {}
    BoundSocket socket;
    Listener& listener;
    std::atomic<bool> starved{false};  ///< out of descriptors: the reaper arms it again
};

/// One entry of `http.listeners`, at work.
struct Listener {
    Listener(const ListenerConfig& config, const std::vector<ProxyNetwork>& trustedProxies)
        : label(config.label), proxyProtocol(config.proxyProtocol), dispatcher(config.prefix, trustedProxies, metrics) {
        metrics.listener = config.label;
        if (config.tls) tls = std::make_unique<TlsServer>(*config.tls);
    }

    const std::string label;
    const bool proxyProtocol;
    ListenerMetrics metrics;
    std::unique_ptr<TlsServer> tls;
    Dispatcher dispatcher;
    std::vector<std::unique_ptr<Acceptor>> acceptors;
};

}  // namespace latchkey::http
