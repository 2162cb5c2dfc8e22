// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-webhook/webhook.h"

#include "domain/clock.h"
#include "kernel/config/json.h"
#include "plugins/homeserver-webhook/signature.h"

#include <ctime>

namespace latchkey::webhook {

namespace {

using config::Node;
using Reason = HomeserverError::Reason;

Node about(std::string_view localpart) {
    Node body = Node::mapping();
    body.set("localpart", Node::string(std::string(localpart)));
    return body;
}

Node aboutDevice(std::string_view localpart, std::string_view deviceId) {
    Node body = about(localpart);
    body.set("device_id", Node::string(std::string(deviceId)));
    return body;
}

Node textOrNull(const std::optional<std::string>& text) { return text && !text->empty() ? Node::string(*text) : Node::null(); }

Node list(const std::vector<std::string>& texts) {
    Node made = Node::sequence();
    for (const std::string& text : texts) made.append(Node::string(text));
    return made;
}

void change(Node& body, const char* member, const ProfileChange& to) {
    if (to.kind == ProfileChange::Kind::set) body.set(member, textOrNull(to.value));
    if (to.kind == ProfileChange::Kind::unset) body.set(member, Node::null());
}

[[noreturn]] void unsupported(const char* name, const char* key) {
    throw HomeserverError(std::string(name) + ": homeserver_webhook." + key + " says that this homeserver does not do that", Reason::unsupported);
}

}  // namespace

HomeserverClient::Options WebhookHomeserver::options(const std::string& endpoint, const std::string& secret) {
    constexpr std::size_t kLargestAnswer = 64 * 1024;
    HomeserverClient::Options options{.endpoint = endpoint, .secret = {}, .largestAnswer = kLargestAnswer};
    options.credentials = [secret](const HomeserverRequest& request) { return signedHeaders(secret, request, std::time(nullptr)); };
    return options;
}

// Repetitions of one call carry one key, and each its own time.
HomeserverAnswer WebhookHomeserver::ask(const char* name, const Node& body, const HomeserverCall& call) const {
    const std::string key = call.idempotencyKey.empty() ? newId(currentTime()).text() : call.idempotencyKey;
    return client_.send({.path = std::string(kPrefix) + name, .body = config::toJson(body), .headers = {{kKeyHeader, key}}}, call);
}

HomeserverAnswer WebhookHomeserver::change(const char* name, const Node& body, const HomeserverCall& call) const {
    if (!capabilities_.writes) unsupported(name, "read_only");
    return ask(name, body, call);
}

void WebhookHomeserver::ping(const HomeserverCall& call) { ask("ping", Node::mapping(), call); }

ReceiverInfo WebhookHomeserver::info(const HomeserverCall& call) const {
    const HomeserverAnswer answer = ask("ping", Node::mapping(), call);
    return {.serverName = answer.optionalText("server_name"), .introspection = answer.optionalText("introspection")};
}

std::optional<HomeserverUser> WebhookHomeserver::findUser(std::string_view localpart, const HomeserverCall& call) {
    return userIfThere([&] {
        const HomeserverAnswer answer = ask("query_user", about(localpart), call);
        return HomeserverUser{.userId = answer.text("user_id"),
                              .displayName = answer.optionalText("display_name"),
                              .avatarUrl = answer.optionalText("avatar_url"),
                              .suspended = answer.optionalBoolean("suspended"),
                              .deactivated = answer.optionalBoolean("deactivated")};
    });
}

LocalpartAvailability WebhookHomeserver::availability(std::string_view localpart, const HomeserverCall& call) {
    const HomeserverAnswer answer = ask("is_localpart_available", about(localpart), call);
    if (answer.boolean("available")) return LocalpartAvailability::available;
    const std::string reason = answer.text("reason");
    if (reason == "taken") return LocalpartAvailability::taken;
    if (reason == "invalid") return LocalpartAvailability::invalid;
    if (reason == "reserved") return LocalpartAvailability::reserved;
    answer.refuse("`reason` is none of taken, invalid and reserved");
}

bool WebhookHomeserver::provisionUser(const UserProvision& user, const HomeserverCall& call) {
    Node body = about(user.localpart);
    webhook::change(body, "display_name", user.displayName);
    webhook::change(body, "avatar_url", user.avatarUrl);
    if (user.emails) body.set("emails", list(*user.emails));
    body.set("locked", Node::boolean(user.locked));
    if (!user.subject.empty()) body.set("subject", Node::string(user.subject));
    return change("provision_user", body, call).boolean("created");
}

void WebhookHomeserver::deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) {
    Node body = about(localpart);
    body.set("erase", Node::boolean(erase));
    change("delete_user", body, call);
}

void WebhookHomeserver::reactivateUser(std::string_view localpart, const HomeserverCall& call) { change("reactivate_user", about(localpart), call); }

void WebhookHomeserver::setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) {
    Node body = about(localpart);
    body.set("display_name", textOrNull(name));
    change("set_display_name", body, call);
}

void WebhookHomeserver::upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) {
    Node body = aboutDevice(localpart, deviceId);
    if (name) body.set("display_name", Node::string(*name));
    change("upsert_device", body, call);
}

void WebhookHomeserver::setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) {
    Node body = aboutDevice(localpart, deviceId);
    body.set("display_name", Node::string(std::string(name)));
    change("set_device_name", body, call);
}

void WebhookHomeserver::deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) {
    change("delete_device", aboutDevice(localpart, deviceId), call);
}

void WebhookHomeserver::syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) {
    Node body = about(localpart);
    body.set("devices", list(deviceIds));
    change("sync_devices", body, call);
}

void WebhookHomeserver::allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) {
    if (!capabilities_.crossSigningReset) unsupported("allow_cross_signing_reset", "cross_signing_reset");
    change("allow_cross_signing_reset", about(localpart), call);
}

}  // namespace latchkey::webhook
