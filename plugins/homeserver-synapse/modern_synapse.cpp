// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/modern_synapse.h"

namespace latchkey::synapse {

namespace {

Json about(std::string_view localpart) {
    Json body = json();
    body->set("localpart", std::string(localpart));
    return body;
}

Json aboutDevice(std::string_view localpart, std::string_view deviceId) {
    Json body = about(localpart);
    body->set("device_id", std::string(deviceId));
    return body;
}

// Synapse refuses both members of a pair, even if one of them is false.
void change(Json& body, const std::string& member, const ProfileChange& to) {
    if (to.kind == ProfileChange::Kind::set) body->set("set_" + member, to.value);
    if (to.kind == ProfileChange::Kind::unset) body->set("unset_" + member, true);
}

}  // namespace

HomeserverAnswer ModernSynapse::get(const char* name, std::string_view query, const HomeserverCall& call) const {
    return client_.send({.method = "GET", .path = std::string("_synapse/mas/") + name + std::string(query)}, call);
}

HomeserverAnswer ModernSynapse::post(const char* name, const Json& body, const HomeserverCall& call) const {
    return client_.send({.path = std::string("_synapse/mas/") + name, .body = text(body)}, call);
}

void ModernSynapse::ping(const HomeserverCall& call) {
    requireRefusal([&] { return get("is_localpart_available", "", call); });
}

std::optional<HomeserverUser> ModernSynapse::findUser(std::string_view localpart, const HomeserverCall& call) {
    return userIfThere([&] {
        const HomeserverAnswer answer = get("query_user", "?localpart=" + percentEncoded(localpart), call);
        return HomeserverUser{.userId = answer.text("user_id"),
                              .displayName = answer.optionalText("display_name"),
                              .avatarUrl = answer.optionalText("avatar_url"),
                              .suspended = answer.optionalBoolean("is_suspended"),
                              .deactivated = answer.optionalBoolean("is_deactivated")};
    });
}

LocalpartAvailability ModernSynapse::availability(std::string_view localpart, const HomeserverCall& call) {
    return availabilityFrom([&] {
        get("is_localpart_available", "?localpart=" + percentEncoded(localpart), call);
        return true;
    });
}

bool ModernSynapse::provisionUser(const UserProvision& user, const HomeserverCall& call) {
    Json body = about(user.localpart);
    change(body, "displayname", user.displayName);
    change(body, "avatar_url", user.avatarUrl);
    if (user.emails) body->set("set_emails", jsonList(*user.emails));
    body->set("locked", user.locked);
    const HomeserverAnswer answer = post("provision_user", body, call);
    if (answer.status() != 200 && answer.status() != 201) answer.refuse("it is neither 200 nor 201 but " + std::to_string(answer.status()));
    return answer.status() == 201;
}

void ModernSynapse::deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) {
    Json body = about(localpart);
    body->set("erase", erase);
    post("delete_user", body, call);
}

void ModernSynapse::reactivateUser(std::string_view localpart, const HomeserverCall& call) { post("reactivate_user", about(localpart), call); }

void ModernSynapse::setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) {
    Json body = about(localpart);
    if (!name || name->empty()) {
        post("unset_displayname", body, call);
        return;
    }
    body->set("displayname", *name);
    post("set_displayname", body, call);
}

void ModernSynapse::upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) {
    Json body = aboutDevice(localpart, deviceId);
    if (name) body->set("display_name", *name);
    post("upsert_device", body, call);
}

void ModernSynapse::setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) {
    Json body = aboutDevice(localpart, deviceId);
    body->set("display_name", std::string(name));
    post("update_device_display_name", body, call);
}

void ModernSynapse::deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) {
    post("delete_device", aboutDevice(localpart, deviceId), call);
}

void ModernSynapse::syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) {
    Json body = about(localpart);
    body->set("devices", jsonList(deviceIds));
    post("sync_devices", body, call);
}

void ModernSynapse::allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) { post("allow_cross_signing_reset", about(localpart), call); }

}  // namespace latchkey::synapse
