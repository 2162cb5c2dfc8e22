// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/session_view.h"

#include "domain/session/device_name.h"
#include "plugins/account/management/readable_time.h"

namespace latchkey::account {

namespace {

constexpr SessionKind kKinds[] = {SessionKind::browser, SessionKind::oauth2, SessionKind::compat, SessionKind::personal};

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& each : texts) all += (all.empty() ? "" : ", ") + each;
    return all;
}

// What a person knows it by: the own name for it, else the application, else the program it runs in.
std::string titleOf(const AccountSession& session, const std::string& software, const std::string& devices) {
    if (session.humanName && !session.humanName->empty()) return *session.humanName;
    if (session.kind == SessionKind::oauth2) return session.clientName.value_or(session.clientId ? session.clientId->text() : "");
    return session.kind == SessionKind::compat && software.empty() ? devices : software;
}

std::optional<std::string> some(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

}  // namespace

std::string sessionPath(SessionKind kind, const Ulid& id) { return "/account/sessions/" + std::string(nameOf(kind)) + "/" + id.text(); }

View sessionView(const AccountSession& session, const Ulid& current) {
    const std::string software = softwareName(session.userAgent.value_or(""));
    const std::string devices = joined(session.deviceIds());
    const std::string title = titleOf(session, software, devices);
    View view;
    for (const SessionKind kind : kKinds) view.set("is_" + std::string(nameOf(kind)), session.kind == kind);
    view.set("key", std::string(nameOf(session.kind)) + ":" + session.id.text())
        .set("path", sessionPath(session.kind, session.id))
        .set("title", some(title))
        .set("software", software == title ? std::nullopt : some(software))
        .set("device", devices == title ? std::nullopt : some(devices))
        .set("client", session.clientName == title ? std::nullopt : session.clientName)
        .set("ip", session.lastActiveIp)
        .set("last_active", readableTime(session.lastActiveAt))
        .set("since", readableTime(session.createdAt))
        .set("expires", readableTime(session.expiresAt))
        .set("current", session.kind == SessionKind::browser && session.id == current);
    return view;
}

std::vector<AccountSession> sampleSessions() {
    AccountSession full{.kind = SessionKind::oauth2, .id = {}, .createdAt = {}, .lastActiveAt = Instant{}, .lastActiveIp = "192.0.2.7",
                        .userAgent = "Example/1 (Pixel 7; Android 14)", .humanName = "My phone", .deviceId = {}, .scope = Scope({"urn:matrix:client:device:ABCDEFGHIJ"}),
                        .clientId = Ulid{}, .clientName = "Example", .clientUri = "https://app.example.com/", .expiresAt = {}};
    std::vector<AccountSession> all{full};
    for (const SessionKind kind : kKinds) {
        AccountSession bare;
        bare.kind = kind;
        all.push_back(bare);
    }
    all.back().expiresAt = Instant{};
    return all;
}

}  // namespace latchkey::account
