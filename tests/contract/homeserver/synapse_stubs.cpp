// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/homeserver/stub.h"

#include <Poco/JSON/Array.h>
#include <Poco/URI.h>

#include <sstream>

namespace latchkey::contract {

namespace {

std::string quoted(const std::optional<std::string>& text) { return text ? '"' + *text + '"' : "null"; }

std::string boolean(bool value) { return value ? "true" : "false"; }

std::string parameter(const StubRequest& request, const std::string& name) {
    Poco::URI uri;
    uri.setRawQuery(request.query);
    for (const auto& [key, value] : uri.getQueryParameters()) {
        if (key == name) return value;
    }
    return {};
}

StubAnswer available(Stub& stub, const StubRequest& request, const std::string& name, const std::string& yes) {
    if (request.query.empty()) return refusal(400, "M_UNKNOWN");
    if (const auto errcode = nameRefusal(stub, parameter(request, name))) return refusal(400, *errcode);
    return {200, yes};
}

StubAnswer provision(Stub& stub, const StubRequest& request, const std::string& name) {
    const bool there = stub.users.count(name) != 0;
    if (!there) {
        if (const auto errcode = nameRefusal(stub, name)) return refusal(400, *errcode);
    }
    StubUser& user = stub.users[name];
    if (!there) user.displayName = name;
    if (request.has("set_displayname")) user.displayName = request.text("set_displayname");
    if (request.has("unset_displayname") && there) user.displayName.reset();
    user.locked = request.json->getValue<bool>("locked");
    if (request.has("set_emails")) {
        user.emails.clear();
        for (const auto& each : *request.json->getArray("set_emails")) user.emails.insert(each.convert<std::string>());
    }
    return {there ? 200 : 201, "{}"};
}

StubAnswer upsert(StubUser& user, const StubRequest& request) {
    const bool there = user.devices.count(request.text("device_id")) != 0;
    std::string& name = user.devices[request.text("device_id")];
    if (request.has("display_name")) name = request.text("display_name");
    if (name.size() > 100) return refusal(400, "M_TOO_LARGE");
    return {there ? 200 : 201, "{}"};
}

StubAnswer sync(StubUser& user, const StubRequest& request) {
    std::map<std::string, std::string> kept;
    for (const auto& each : *request.json->getArray("devices")) kept[each.convert<std::string>()] = user.devices[each.convert<std::string>()];
    user.devices = kept;
    return {};
}

StubAnswer forUser(StubUser& user, const std::string& name, const StubRequest& request) {
    if (name == "upsert_device") return upsert(user, request);
    if (name == "update_device_display_name") {
        if (user.devices.count(request.text("device_id")) == 0) return unknownUser();
        user.devices[request.text("device_id")] = request.text("display_name");
        return {};
    }
    if (name == "delete_device") return user.devices.erase(request.text("device_id")), StubAnswer{204, ""};
    if (name == "sync_devices") return sync(user, request);
    if (name == "delete_user") user.devices.clear(), user.deactivated = true, user.erased = request.json->getValue<bool>("erase");
    else if (name == "reactivate_user") user.deactivated = user.erased = false;
    else if (name == "set_displayname") user.displayName = request.text("displayname");
    else if (name == "unset_displayname") user.displayName.reset();
    else if (name == "allow_cross_signing_reset") user.resetAllowed = true;
    else return {404, "<html>nothing</html>"};
    return {};
}

}  // namespace

StubAnswer modernSynapse(Stub& stub, const StubRequest& request) {
    const std::string prefix = "/_synapse/mas/";
    if (!request.path.starts_with(prefix)) return {404, "<html>nothing</html>"};
    const std::string name = request.path.substr(prefix.size());
    if (name == "is_localpart_available") return available(stub, request, "localpart", "{}");
    const std::string localpart = request.method == "GET" ? parameter(request, "localpart") : request.text("localpart");
    if (name == "provision_user") return provision(stub, request, localpart);
    const auto user = stub.users.find(localpart);
    if (user == stub.users.end()) return unknownUser();
    if (name != "query_user") return forUser(user->second, name, request);
    return {200, "{\"user_id\":\"@" + localpart + ":example.com\",\"display_name\":" + quoted(user->second.displayName) + ",\"avatar_url\":null,\"is_suspended\":false,\"is_deactivated\":" +
                     boolean(user->second.deactivated) + "}"};
}

namespace {

StubAnswer legacyDevices(StubUser& user, const std::string& rest, const StubRequest& request) {
    if (rest == "/delete_devices") {
        for (const auto& each : *request.json->getArray("devices")) user.devices.erase(each.convert<std::string>());
        return {};
    }
    if (rest != "/devices") {
        const std::string id = rest.substr(std::string("/devices/").size());
        if (request.method == "DELETE") return user.devices.erase(id), StubAnswer{};
        if (user.devices.count(id) == 0) return unknownUser();
        user.devices[id] = request.text("display_name");
        return {};
    }
    if (request.method == "POST") return user.devices.try_emplace(request.text("device_id")), StubAnswer{201, "{}"};
    std::string list = R"({"device_id":"dehydrated one","dehydrated":true})";
    for (const auto& [id, name] : user.devices) list += ",{\"device_id\":\"" + id + "\"}";
    return {200, "{\"devices\":[" + list + "]}"};
}

StubAnswer legacyPut(Stub& stub, const StubRequest& request, const std::string& name) {
    const bool there = stub.users.count(name) != 0;
    if (!there) {
        if (const auto errcode = nameRefusal(stub, name)) return refusal(400, *errcode);
    }
    StubUser& user = stub.users[name];
    if (!there) user.displayName = name;
    if (request.has("displayname")) user.displayName = request.text("displayname");
    if (request.has("deactivated")) user.deactivated = user.erased = false;
    if (request.has("threepids")) user.emails.clear();
    for (std::size_t i = 0; request.has("threepids") && i < request.json->getArray("threepids")->size(); ++i) {
        user.emails.insert(request.json->getArray("threepids")->getObject(static_cast<unsigned>(i))->getValue<std::string>("address"));
    }
    return {there ? 200 : 201, "{}"};
}

}  // namespace

StubAnswer legacySynapse(Stub& stub, const StubRequest& request) {
    if (request.path == "/_synapse/admin/v1/username_available") return available(stub, request, "username", R"({"available":true})");
    const std::size_t at = request.path.find('@');
    const std::size_t colon = request.path.find(":example.com");
    const bool known = request.path.starts_with("/_synapse/admin/") || request.path.starts_with("/_matrix/client/v3/profile/");
    if (!known || at == std::string::npos || colon == std::string::npos) return {404, "<html>nothing</html>"};
    const std::string name = request.path.substr(at + 1, colon - at - 1);
    const std::string before = request.path.substr(0, at);
    const std::string rest = request.path.substr(colon + std::string(":example.com").size());
    if (before == "/_synapse/admin/v2/users/" && rest.empty() && request.method == "PUT") return legacyPut(stub, request, name);
    const auto found = stub.users.find(name);
    if (found == stub.users.end()) return unknownUser();
    StubUser& user = found->second;
    if (before == "/_synapse/admin/v1/deactivate/") return forUser(user, "delete_user", request);
    if (rest == "/_allow_cross_signing_replacement_without_uia") return forUser(user, "allow_cross_signing_reset", request);
    if (rest == "/displayname") return forUser(user, request.text("displayname").empty() ? "unset_displayname" : "set_displayname", request);
    if (rest.find("device") != std::string::npos) return legacyDevices(user, rest, request);
    return {200, "{\"displayname\":" + quoted(user.displayName) + ",\"avatar_url\":null,\"deactivated\":" + boolean(user.deactivated) + "}"};
}

}  // namespace latchkey::contract
