// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/dispatcher.h"

#include "kernel/deadline.h"
#include "kernel/log.h"
#include "plugins/http/not_found_page.h"
#include "plugins/http/request_id.h"
#include "plugins/http/response_head.h"

namespace latchkey::http {

namespace {

const log::Logger& logger() {
    static const log::Logger http("http");
    return http;
}

void addCors(Response& response) {
    response.headers.set("Access-Control-Allow-Origin", "*");
    response.headers.set("Vary", "origin, access-control-request-method, access-control-request-headers");
}

Response corsPreflight(const Cors& cors) {
    return empty(200)
        .header("Access-Control-Allow-Methods", "*")
        .header("Access-Control-Allow-Headers", cors.allowHeaders)
        .header("Access-Control-Max-Age", std::to_string(cors.maxAgeSeconds));
}

bool isHtml(const Response& response) { return response.headers.get("Content-Type").value_or("").starts_with("text/html"); }

}  // namespace

Destination Dispatcher::locate(Request& request, const Peer& peer) const {
    const auto given = request.headers.get("X-Request-Id");
    const bool usable = given && isSafeRequestId(*given) && isTrusted(peer, trusted_);
    request.id = usable ? std::string(*given) : newRequestId();
    if (const auto client = clientAddress(peer, request.headers, trusted_)) request.clientIp = client->text();
    if (request.target == "*") return {};

    std::string_view raw = request.path;
    const bool below = raw.starts_with(prefix_) && raw.size() > prefix_.size() && raw[prefix_.size()] == '/';
    if (!below) return {nullptr, nullptr, 404};
    Destination destination;
    std::string decoded;
    const auto outcome = router_.find(raw.substr(prefix_.size()), decoded, destination.routes, request.pathParameters);
    if (outcome == Router::Outcome::malformed) return {nullptr, nullptr, 400};
    request.path = std::move(decoded);
    if (outcome == Router::Outcome::notFound) return {nullptr, nullptr, 404};
    if (request.method == "OPTIONS" && destination.routes->cors != nullptr) return destination;
    destination.route = request.method == "TRACE" ? nullptr : destination.routes->find(request.method);
    if (destination.route == nullptr && request.method != "OPTIONS") destination.problem = 405;
    return destination;
}

Response Dispatcher::answer(Request& request, const Destination& destination) const {
    Response response;
    metrics_.inFlight.fetch_add(1, std::memory_order_relaxed);
    if (request.method == "HEAD") request.method = "GET";
    if (destination.route != nullptr) response = called(request, destination);
    else response = unmatched(request, destination);
    finish(request, destination, response);
    metrics_.inFlight.fetch_sub(1, std::memory_order_relaxed);
    return response;
}

// What the front answers by itself: 400, 404, 405, OPTIONS.
Response Dispatcher::unmatched(const Request& request, const Destination& destination) const {
    if (destination.problem == 405) return methodRefused(request, destination);
    if (destination.problem != 0 && pages_ != nullptr && wantsHtml(request)) return inForm(request, destination, destination.problem);
    if (destination.problem == 404) return notFoundPage(request);
    if (destination.problem != 0) return text(destination.problem, std::string(reasonPhrase(destination.problem)) + "\n");
    if (destination.routes == nullptr) return empty(204).header("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");  // OPTIONS *
    if (destination.routes->cors != nullptr) return corsPreflight(*destination.routes->cors);
    return empty(204).header("Allow", destination.routes->allow);
}

Response Dispatcher::methodRefused(const Request& request, const Destination& destination) const {
    Response response = destination.routes->surface->hasPages() ? inForm(request, destination, 405) : empty(405);
    return response.header("Allow", destination.routes->allow);
}

Response Dispatcher::called(const Request& request, const Destination& destination) const {
    try {
        return destination.route->handler(request);
    } catch (const HttpError& error) {
        if (error.status() >= 500 && error.status() != 503) logger().error("http.handler_failed", error.what(), {{"request_id", request.id}, {"route", destination.routes->pattern}});
        else logger().debug("http.handler_refused", error.what(), {{"request_id", request.id}, {"route", destination.routes->pattern}});
        return failed(request, destination, error.status(), error.title(), 0);
    } catch (const Unavailable& error) {
        unavailable_.add(request, destination.routes->pattern, error.what(), monotonicMs());
        return failed(request, destination, 503, "Service Unavailable", error.retryAfterSeconds());
    } catch (const std::exception& error) {
        logger().error("http.handler_failed", error.what(), {{"request_id", request.id}, {"route", destination.routes->pattern}});
    } catch (...) {
        logger().error("http.handler_failed", "threw something that is no std::exception", {{"request_id", request.id}, {"route", destination.routes->pattern}});
    }
    return failed(request, destination, 500, "Internal Server Error", 0);
}

Response Dispatcher::failed(const Request& request, const Destination& destination, int status, const std::string& title, int retryAfter) const {
    Response response;
    const Problem problem{status, title, request.id, retryAfter, &request};
    const Surface* const surface = destination.routes != nullptr ? destination.routes->surface : pages_;
    try {
        response = surface != nullptr ? surface->renderProblem(problem) : text(status, title + "\n");
    } catch (...) {
        logger().error("http.render_failed", "the surface could not render a problem", {{"request_id", request.id}, {"status", status}});
        response = text(status, title + "\n");
    }
    if (retryAfter > 0) response.headers.set("Retry-After", std::to_string(retryAfter));
    return response;
}

Response Dispatcher::inForm(const Request& request, const Destination& destination, int status) const {
    return failed(request, destination, status, std::string(reasonPhrase(status)), 0);
}

Response Dispatcher::problem(const Request& request, const Destination& destination, int status) const {
    Response response = inForm(request, destination, status);
    finish(request, destination, response);
    return response;
}

void Dispatcher::finish(const Request& request, const Destination& destination, Response& response) const {
    if (!isSendable(response)) {
        logger().error("http.bad_response", "a handler's status or header cannot be sent", {{"request_id", request.id}, {"path", request.path}});
        response = failed(request, destination, 500, "Internal Server Error", 0);
        if (!isSendable(response)) response = text(500, "Internal Server Error\n");
    }
    if (destination.routes != nullptr && destination.routes->cors != nullptr) addCors(response);
    if (isHtml(response) && !response.headers.has("Referrer-Policy")) response.headers.add("Referrer-Policy", "same-origin");
}

}  // namespace latchkey::http
