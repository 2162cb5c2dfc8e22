// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/front.h"

#include "kernel/error.h"
#include "kernel/log.h"

#include <algorithm>
#include <sys/resource.h>

namespace latchkey::http {

namespace {

const log::Logger& logger() {
    static const log::Logger http("http");
    return http;
}

std::string offered(const std::vector<Surface*>& surfaces) {
    std::string names;
    for (const Surface* each : surfaces) names += (names.empty() ? "`" : ", `") + std::string(each->resource()) + "`";
    return names.empty() ? "no loaded plugin offers any" : "loaded plugins offer " + names;
}

}  // namespace

std::size_t raiseFileLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        rlimit raised{limit.rlim_max, limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

Front::Front(const HttpConfig& config, const std::vector<Surface*>& surfaces, const Timeouts& timeouts, unsigned workers)
    : trustedProxies_(config.trustedProxies) {
    for (const ListenerConfig& each : config.listeners) {
        listeners_.push_back(std::make_unique<Listener>(each, trustedProxies_));
        mount(each, surfaces, *listeners_.back());
    }
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        Listener& listener = *listeners_[i];
        for (const BindConfig& bind : config.listeners[i].binds) listener.acceptors.push_back(std::make_unique<Acceptor>(BoundSocket::open(bind), listener));
    }
    server_ = std::make_unique<Server>(listeners_, timeouts, workers);
    for (const auto& listener : listeners_) {
        for (const auto& each : listener->acceptors) {
            logger().info("http.listening", "listening", {{"listener", listener->label}, {"address", each->socket.address()}, {"tls", listener->tls != nullptr}, {"proxy_protocol", listener->proxyProtocol}});
        }
    }
}

Front::~Front() { stop(); }

void Front::mount(const ListenerConfig& config, const std::vector<Surface*>& surfaces, Listener& listener) {
    for (const ResourceConfig& resource : config.resources) {
        const auto found = std::ranges::find(surfaces, resource.name, [](const Surface* each) { return each->resource(); });
        if (found == surfaces.end()) {
            if (!isReferenceResource(resource.name)) throw Error(resource.where + ": no resource is called `" + resource.name + "`: " + offered(surfaces));
            logger().warn("http.resource_missing", "is not served by this version: requests get 404", {{"resource", resource.name}, {"listener", config.label}});
            continue;
        }
        auto known = std::ranges::find(mounted_, *found, [](const auto& each) { return each.first; });
        if (known == mounted_.end()) {
            auto routes = std::make_unique<Routes>();
            (*found)->mount(*routes);
            known = mounted_.insert(mounted_.end(), {*found, std::move(routes)});
        }
        listener.dispatcher.router().add(**found, known->second->list());
        if ((*found)->hasPages()) listener.dispatcher.setPages(**found);
    }
}

std::vector<std::string> Front::addresses(std::size_t listener) const {
    std::vector<std::string> found;
    for (const auto& each : listeners_.at(listener)->acceptors) found.push_back(each->socket.address());
    return found;
}

std::vector<const ListenerMetrics*> Front::metrics() const {
    std::vector<const ListenerMetrics*> all;
    for (const auto& each : listeners_) all.push_back(&each->metrics);
    return all;
}

void Front::reloadTls() {
    std::vector<std::pair<TlsServer*, SslContext>> fresh;
    for (const auto& each : listeners_) {
        if (each->tls) fresh.emplace_back(each->tls.get(), each->tls->reread());
    }
    for (auto& [server, context] : fresh) server->use(std::move(context));
    if (!fresh.empty()) logger().info("http.tls_reloaded", "certificates and keys were read again", {{"listeners", fresh.size()}});
}

void Front::drain(const Deadline& deadline) noexcept {
    if (server_) server_->drain(deadline);
}

void Front::stop() noexcept {
    if (server_) server_->stop();
}

}  // namespace latchkey::http
