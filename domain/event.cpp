// SPDX-License-Identifier: Apache-2.0
#include "domain/event_archive.h"

#include "domain/user/user.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSONString.h>
#include <Poco/Timestamp.h>


namespace latchkey {

EventSink::~EventSink() = default;
Events::~Events() = default;
EventArchive::~EventArchive() = default;

namespace {

struct Described {
    EventKind kind;
    std::string_view name;
    std::string_view text;
};

constexpr Described kKinds[] = {
    {EventKind::loginSucceeded, "login.succeeded", "somebody logged in"},
    {EventKind::loginFailed, "login.failed", "a log-in failed"},
    {EventKind::reauthenticationFailed, "reauthentication.failed", "a logged-in person gave a wrong password"},
    {EventKind::userRegistered, "user.registered", "a user was registered"},
    {EventKind::passwordChanged, "password.changed", "a password was changed"},
    {EventKind::emailAdded, "email.added", "an address was added"},
    {EventKind::emailRemoved, "email.removed", "an address was removed"},
    {EventKind::recoveryRequested, "recovery.requested", "a recovery was asked for"},
    {EventKind::recoveryUsed, "recovery.used", "an account was recovered"},
    {EventKind::sessionStarted, "session.started", "a client started a session"},
    {EventKind::sessionEnded, "session.ended", "a session ended"},
    {EventKind::userLocked, "user.locked", "a user was locked"},
    {EventKind::userUnlocked, "user.unlocked", "a user was unlocked"},
    {EventKind::userDeactivated, "user.deactivated", "a user is deactivated"},
    {EventKind::userReactivated, "user.reactivated", "a user is reactivated"},
    {EventKind::adminGranted, "admin.granted", "a user may ask for admin rights"},
    {EventKind::adminRevoked, "admin.revoked", "a user may not ask for admin rights any more"},
    {EventKind::consentGranted, "consent.granted", "a person let a client in"},
    {EventKind::consentDenied, "consent.denied", "a person refused a client"},
    {EventKind::crossSigningResetAllowed, "cross_signing.reset_allowed", "a reset of cross-signing keys was allowed"},
    {EventKind::personalTokenCreated, "personal_token.created", "a personal token was made"},
    {EventKind::personalTokenRevoked, "personal_token.revoked", "a personal token was revoked"},
    {EventKind::registrationTokenCreated, "registration_token.created", "a registration token was made"},
    {EventKind::commandRun, "command.run", "an administrator ran a command"},
};

const Described& described(EventKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace

const std::vector<EventKind>& allEventKinds() {
    static const std::vector<EventKind> all = [] {
        std::vector<EventKind> kinds;
        for (const Described& each : kKinds) kinds.push_back(each.kind);
        return kinds;
    }();
    return all;
}

std::string_view eventName(EventKind kind) noexcept { return described(kind).name; }
std::string_view eventText(EventKind kind) noexcept { return described(kind).text; }

std::optional<EventKind> eventKindOf(std::string_view name) noexcept {
    for (const Described& each : kKinds) {
        if (each.name == name) return each.kind;
    }
    return std::nullopt;
}

std::string_view actorName(EventActor actor) noexcept {
    constexpr std::string_view kNames[] = {"user", "administrator", "system"};
    return kNames[static_cast<std::size_t>(actor)];
}

std::string_view sessionKindName(SessionKind kind) noexcept {
    constexpr std::string_view kNames[] = {"browser", "oauth2", "compat", "personal"};
    return kNames[static_cast<std::size_t>(kind)];
}

void Event::about(const User& user) {
    userId = user.id;
    username = user.username;
}

void Event::session(SessionKind ofKind, const Ulid& ofId) {
    sessionKind = ofKind;
    sessionId = ofId;
}

// The first letter, and the host, which says most about whether an address is the expected one.
std::string maskedEmail(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0) return "***";
    std::size_t first = 1;
    while (first < at && (static_cast<unsigned char>(address[first]) & 0xC0) == 0x80) ++first;
    return std::string(address.substr(0, first)) + "***" + std::string(address.substr(at));
}

std::vector<std::pair<std::string_view, std::string>> fieldsOf(const Event& event) {
    std::vector<std::pair<std::string_view, std::string>> fields;
    fields.reserve(10);
    const auto text = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) fields.emplace_back(name, value);
    };
    const auto id = [&](std::string_view name, const std::optional<Ulid>& value) {
        if (value) fields.emplace_back(name, value->text());
    };
    text("ip", event.ip.value_or(""));  // first: what programs look for stands before all that people can write
    fields.emplace_back("actor", actorName(event.actor));
    id("actor_id", event.actorId);
    text("via", event.via);
    id("user", event.userId);
    text("username", event.username);
    text("method", event.method);
    text("reason", event.reason);
    if (event.sessionKind) fields.emplace_back("session_kind", sessionKindName(*event.sessionKind));
    id("session", event.sessionId);
    if (event.count) fields.emplace_back("count", std::to_string(*event.count));
    id("client", event.clientId);
    text("scope", event.scope);
    text("email", event.email);
    text("name_tried", event.nameTried);
    text("user_agent", event.userAgent.value_or(""));
    return fields;
}

std::string toJson(const Event& event) {
    const std::string at = Poco::DateTimeFormatter::format(Poco::Timestamp(event.at.us), "%Y-%m-%dT%H:%M:%s") + "Z";
    std::string json = "{\"id\":\"" + event.id.text() + "\",\"event\":\"" + std::string(eventName(event.kind)) + "\",\"at\":\"" + at + "\"";
    for (const auto& [name, value] : fieldsOf(event)) {
        json.append(",\"").append(name).append("\":");
        json += name == "count" ? value : Poco::toJSON(value, true);
    }
    return json += "}";
}

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool continues(std::string_view text, std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; }

// Bytes of the well-formed character there (Unicode table 3-7); 0: there is none.
std::size_t characterAt(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    for (std::size_t next = 1; next < size; ++next) {
        if (!continues(text, at + next)) return 0;
    }
    if (size < 3) return size;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    const bool wrong = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return wrong ? 0 : size;
}

// Controls of ASCII and of ISO 8859-1, the two separators that some readers take for ends of lines, and what turns the direction of
// text around.
bool harmful(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first < 0x20 || first == 0x7F;
    const auto second = static_cast<unsigned char>(character[1]);
    if (character.size() == 2) return first == 0xC2 && second < 0xA0;
    if (character.size() != 3 || first != 0xE2) return false;
    const auto third = static_cast<unsigned char>(character[2]);
    return (second == 0x80 && third >= 0xA8 && third <= 0xAE) || (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

bool printableAscii(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7F) return false;
    }
    return true;
}

}  // namespace

void cleanText(std::string& text, std::size_t most) {
    if (printableAscii(text)) {
        if (text.size() > most) text.resize(most);
        return;
    }
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = characterAt(text, at);
        const std::string_view character = size == 0 ? std::string_view() : std::string_view(text).substr(at, size);
        const std::string_view kept = character.empty() || harmful(character) ? kReplacement : character;
        if (clean.size() + kept.size() > most) break;
        clean += kept;
        at += size == 0 ? 1 : size;
    }
    text = std::move(clean);
}

}  // namespace latchkey
