// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/oauth_surface.h"

#include "domain/store.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/slow_down.h"

namespace latchkey::oauth2 {

namespace {

// OAuth's errors are answers: they are made here, where it is known whether the client used Basic.
http::Handler answering(std::function<http::Response(const http::Request&)> endpoint) {
    return [endpoint = std::move(endpoint)](const http::Request& request) {
        try {
            return endpoint(request);
        } catch (const SlowDown& error) {
            return errorResponse(error.status(), error.code(), error.description()).header("Retry-After", std::to_string(error.seconds()));
        } catch (const OAuthError& error) {
            if (error.status() >= 500) throw;
            const bool basic = http::equalIgnoringCase(request.headers.get("Authorization").value_or("").substr(0, 5), "Basic");
            return errorResponse(error.status(), error.code(), error.description(), basic);
        }
    };
}

// A client may be removed (nobody used it, or it went by itself) in the moment in which it comes back.
http::Handler ofClient(std::function<http::Response(const http::Request&)> endpoint) {
    return answering([endpoint = std::move(endpoint)](const http::Request& request) {
        try {
            return endpoint(request);
        } catch (const BrokenReference& gone) {
            if (!gone.toClient()) throw;
            throw invalidClient("the client is not known", gone.what());
        }
    });
}

}  // namespace

void OAuthSurface::mount(http::Routes& routes) {
    const http::RouteOptions options{.bodyLimit = 64u << 10, .cors = &cors_};
    routes.get("/oauth2/keys.json", [this](const http::Request&) { return provider_.keys.get(); }, options);
    routes.get("/oauth2/userinfo", answering([this](const http::Request& r) { return provider_.userinfo.answer(r); }), options);
    routes.post("/oauth2/userinfo", answering([this](const http::Request& r) { return provider_.userinfo.answer(r); }), options);
    routes.post("/oauth2/token", ofClient([this](const http::Request& r) { return provider_.token.post(r); }), options);
    routes.post("/oauth2/introspect", ofClient([this](const http::Request& r) { return provider_.introspection.post(r); }), options);
    routes.post("/oauth2/revoke", ofClient([this](const http::Request& r) { return provider_.revocation.post(r); }), options);
    routes.post("/oauth2/device", ofClient([this](const http::Request& r) { return provider_.device.post(r); }), options);
    routes.post("/oauth2/par", ofClient([this](const http::Request& r) { return provider_.par.post(r); }), options);
    routes.post("/oauth2/registration", answering([this](const http::Request& r) { return provider_.registration.post(r); }), options);
    const std::string managed = "/oauth2/registration/{client_id}";
    routes.get(managed, answering([this](const http::Request& r) { return provider_.management.get(r); }), options);
    routes.put(managed, answering([this](const http::Request& r) { return provider_.management.put(r); }), options);
    routes.del(managed, answering([this](const http::Request& r) { return provider_.management.remove(r); }), options);
}

}  // namespace latchkey::oauth2
