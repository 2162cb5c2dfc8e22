// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/compat/compat_world.h"

#include "domain/clock.h"
#include "domain/user/password.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::compat {

PolicyViolations Rules::compatLogin(const CompatLoginRequest& request) {
    const std::lock_guard lock(mutex_);
    lastReplaced = request.sessionReplaced;
    lastType = request.loginType;
    return violations;
}

void DeviceServer::upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall&) {
    const std::lock_guard lock(mutex_);
    if (down) throw HomeserverError("no connection", HomeserverError::Reason::unreachable);
    devices.push_back(std::string(localpart) + " " + std::string(deviceId) + " " + name.value_or("-"));
}

CompatWorld::CompatWorld() {
    settings.serverName = "example.com";
    settings.url.base = "https://auth.example.com/sub/";
    surface = std::make_unique<CompatSurface>(settings, Neighbours{base.store(), hasher, limits, policy, activity, &homeserver, nullptr, &room, &events});
    surface->mount(routes);
}

http::Response CompatWorld::call(const std::string& method, const std::string& path, const std::string& body, const std::string& bearer, const std::string& query) const {
    http::Request request;
    request.body = body;
    request.queryString = query;
    if (!bearer.empty()) request.headers.add("Authorization", "Bearer " + bearer);
    return send(method, path, std::move(request));
}

http::Response CompatWorld::send(const std::string& method, const std::string& path, http::Request request) const {
    request.method = method;
    request.clientIp = "192.0.2.7";
    for (const http::Route& each : routes.list()) {
        if (each.method == method && each.pattern == "/_matrix/client/{version}/" + path) return each.handler(request);
    }
    return http::empty(404);
}

http::Response CompatWorld::logIn(const std::string& more, const std::string& user, const std::string& password) const {
    return call("POST", "login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")" + user + R"("},"password":")" + password + "\"" + more + "}");
}

Ulid CompatWorld::person(const std::string& name) {
    const Ulid user = base.user(name);
    base.commit([&](UnitOfWork& work) { work.passwords().add({base.id(), user, "old:secret", 1, base.now, {}}); });
    return user;
}

std::string member(const http::Response& response, const std::string& name) {
    const auto object = Poco::JSON::Parser().parse(std::string(response.content())).extract<Poco::JSON::Object::Ptr>();
    return object->has(name) ? object->get(name).toString() : "absent";
}

std::string outcome(const http::Response& response) {
    const std::string status = std::to_string(response.status);
    return response.status < 400 ? status : status + " " + member(response, "errcode");
}

}  // namespace latchkey::compat
