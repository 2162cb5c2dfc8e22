// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/client_address.h"
#include "plugins/http/http_metrics.h"
#include "plugins/http/router.h"
#include "plugins/http/unavailable_log.h"

#include <memory>

namespace latchkey::http {

/// Where a request goes, decided from its head.
struct Destination {
    const RouteSet* routes = nullptr;  ///< of the path
    const Route* route = nullptr;      ///< of path and method; nullptr: the front answers by itself
    int problem = 0;                   ///< 400, 404, 405, or 0
};

/// From a request's head to its answer: request id → client's address → route → handler → the surface's form of errors →
/// common fields → metrics, access log. Never throws for anything a handler does. One per listener; used by many threads.
class Dispatcher {
public:
    Dispatcher(std::string prefix, const std::vector<ProxyNetwork>& trustedProxies, ListenerMetrics& metrics)
        : prefix_(std::move(prefix)), trusted_(trustedProxies), metrics_(metrics) {}

    Router& router() { return router_; }
    UnavailableLog& unavailable() { return unavailable_; }
    /// The surface that people see what is wrong in, where no other's path was meant.
    void setPages(const Surface& surface) { pages_ = &surface; }

    /// After the head: gives the request its id, client address, decoded path and path parameters.
    Destination locate(Request& request, const Peer& peer) const;
    /// With the body: the complete answer but for what depends on the connection.
    Response answer(Request& request, const Destination& destination) const;
    /// An error that was found before the handler could run (413, 417 …), in the form of the surface if there is one.
    Response problem(const Request& request, const Destination& destination, int status) const;

private:
    Response unmatched(const Request& request, const Destination& destination) const;
    Response inForm(const Request& request, const Destination& destination, int status) const;
    Response methodRefused(const Request& request, const Destination& destination) const;
    Response failed(const Request& request, const Destination& destination, int status, const std::string& title, int retryAfter) const;
    Response called(const Request& request, const Destination& destination) const;
    void finish(const Request& request, const Destination& destination, Response& response) const;

    const std::string prefix_;
    const std::vector<ProxyNetwork>& trusted_;
    ListenerMetrics& metrics_;
    Router router_;
    mutable UnavailableLog unavailable_;
    const Surface* pages_ = nullptr;
};

}  // namespace latchkey::http
