// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/legacy_synapse.h"

#include "kernel/deadline.h"

#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace latchkey::synapse {

namespace {

using Poco::Dynamic::Var;

constexpr std::size_t kDeepest = 32;

const std::string kAdmin = "_synapse/admin/";

// An operation of several requests has one deadline.
class Budget {
public:
    explicit Budget(const HomeserverCall& call) : call_(call), deadlineMs_(monotonicMs() + call.timeoutMs) {}
    HomeserverCall left() const {
        HomeserverCall call = call_;
        call.timeoutMs = std::max<std::int64_t>(deadlineMs_ - monotonicMs(), 1);
        return call;
    }

private:
    const HomeserverCall& call_;
    const std::int64_t deadlineMs_;
};

void change(Json& body, const std::string& member, const ProfileChange& to) {
    if (to.kind == ProfileChange::Kind::set) body->set(member, to.value);
    if (to.kind == ProfileChange::Kind::unset) body->set(member, std::string());
}

Poco::JSON::Array::Ptr threepids(const std::vector<std::string>& emails) {
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (const std::string& email : emails) {
        Json each = json();
        each->set("medium", "email");
        each->set("address", email);
        list->add(each);
    }
    return list;
}

Poco::JSON::Array::Ptr externalIds(const std::string& subject) {
    Json each = json();
    each->set("auth_provider", "oauth-delegated");
    each->set("external_id", subject);
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    list->add(each);
    return list;
}

std::set<std::string> devicesIn(const HomeserverAnswer& answer) {
    std::set<std::string> ids;
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        const auto list = parser.parse(answer.body()).extract<Json>()->getArray("devices");
        if (list.isNull()) answer.refuse("it has no list `devices`");
        for (const Var& item : *list) {
            const Json device = item.extract<Json>();
            if (!device->optValue("dehydrated", false)) ids.insert(device->getValue<std::string>("device_id"));
        }
    } catch (const Poco::Exception&) {
        answer.refuse("it is no list of devices");
    }
    return ids;
}

}  // namespace

std::string LegacySynapse::mxid(std::string_view localpart) const { return percentEncoded('@' + std::string(localpart) + ':' + serverName_); }
std::string LegacySynapse::userPath(std::string_view localpart) const { return kAdmin + "v2/users/" + mxid(localpart); }

void LegacySynapse::ping(const HomeserverCall& call) {
    requireRefusal([&] { return client_.send({.method = "GET", .path = kAdmin + "v1/username_available"}, call); });
}

std::optional<HomeserverUser> LegacySynapse::findUser(std::string_view localpart, const HomeserverCall& call) {
    return userIfThere([&] {
        const HomeserverAnswer answer = client_.send({.method = "GET", .path = userPath(localpart)}, call);
        return HomeserverUser{.userId = '@' + std::string(localpart) + ':' + serverName_,
                              .displayName = answer.optionalText("displayname"),
                              .avatarUrl = answer.optionalText("avatar_url"),
                              .suspended = answer.optionalBoolean("suspended"),
                              .deactivated = answer.optionalBoolean("deactivated")};
    });
}

LocalpartAvailability LegacySynapse::availability(std::string_view localpart, const HomeserverCall& call) {
    return availabilityFrom([&] {
        return client_.send({.method = "GET", .path = kAdmin + "v1/username_available?username=" + percentEncoded(localpart)}, call).boolean("available");
    });
}

bool LegacySynapse::provisionUser(const UserProvision& user, const HomeserverCall& call) {
    Json body = json();
    if (!user.subject.empty()) body->set("external_ids", externalIds(user.subject));
    change(body, "displayname", user.displayName);
    change(body, "avatar_url", user.avatarUrl);
    if (user.emails) body->set("threepids", threepids(*user.emails));
    return client_.send({.method = "PUT", .path = userPath(user.localpart), .body = text(body)}, call).status() == 201;
}

void LegacySynapse::deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) {
    Json body = json();
    body->set("erase", erase);
    client_.send({.path = kAdmin + "v1/deactivate/" + mxid(localpart), .body = text(body)}, call);
}

void LegacySynapse::reactivateUser(std::string_view localpart, const HomeserverCall& call) {
    Json body = json();
    body->set("deactivated", false);
    client_.send({.method = "PUT", .path = userPath(localpart), .body = text(body)}, call);
}

void LegacySynapse::setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) {
    Json body = json();
    body->set("displayname", name.value_or(""));
    client_.send({.method = "PUT", .path = "_matrix/client/v3/profile/" + mxid(localpart) + "/displayname", .body = text(body)}, call);
}

void LegacySynapse::addDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) const {
    Json body = json();
    body->set("device_id", std::string(deviceId));
    client_.send({.path = userPath(localpart) + "/devices", .body = text(body)}, call);
}

void LegacySynapse::upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) {
    const Budget budget(call);
    addDevice(localpart, deviceId, budget.left());
    if (name) setDeviceName(localpart, deviceId, *name, budget.left());
}

void LegacySynapse::setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) {
    Json body = json();
    body->set("display_name", std::string(name));
    client_.send({.method = "PUT", .path = userPath(localpart) + "/devices/" + percentEncoded(deviceId), .body = text(body)}, call);
}

void LegacySynapse::deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) {
    client_.send({.method = "DELETE", .path = userPath(localpart) + "/devices/" + percentEncoded(deviceId)}, call);
}

std::set<std::string> LegacySynapse::devices(std::string_view localpart, const HomeserverCall& call) const {
    return devicesIn(client_.send({.method = "GET", .path = userPath(localpart) + "/devices"}, call));
}

void LegacySynapse::syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) {
    const Budget budget(call);
    const std::set<std::string> wanted(deviceIds.begin(), deviceIds.end());
    const std::set<std::string> there = devices(localpart, budget.left());
    std::vector<std::string> extra, missing;
    std::set_difference(there.begin(), there.end(), wanted.begin(), wanted.end(), std::back_inserter(extra));
    std::set_difference(wanted.begin(), wanted.end(), there.begin(), there.end(), std::back_inserter(missing));
    Json body = json();
    body->set("devices", jsonList(extra));
    client_.send({.path = userPath(localpart) + "/delete_devices", .body = text(body)}, budget.left());
    for (const std::string& each : missing) addDevice(localpart, each, budget.left());
}

void LegacySynapse::allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) {
    client_.send({.path = kAdmin + "v1/users/" + mxid(localpart) + "/_allow_cross_signing_replacement_without_uia", .body = "{}"}, call);
}

}  // namespace latchkey::synapse
