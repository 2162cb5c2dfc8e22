// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey {

struct User;

/// What happened. Names (eventName) are stable and listed in docs/events.md; new kinds go to the end.
enum class EventKind {
    loginSucceeded, loginFailed, reauthenticationFailed,
    userRegistered, passwordChanged, emailAdded, emailRemoved, recoveryRequested, recoveryUsed,
    sessionStarted, sessionEnded,
    userLocked, userUnlocked, userDeactivated, userReactivated, adminGranted, adminRevoked,
    consentGranted, consentDenied, crossSigningResetAllowed, personalTokenCreated, personalTokenRevoked,
    registrationTokenCreated, commandRun,
};

/// All kinds, in the order of the enumeration.
LATCHKEY_API const std::vector<EventKind>& allEventKinds();
/// `login.failed`.
LATCHKEY_API std::string_view eventName(EventKind kind) noexcept;
LATCHKEY_API std::optional<EventKind> eventKindOf(std::string_view name) noexcept;
/// One short sentence for people: `a log-in failed`.
LATCHKEY_API std::string_view eventText(EventKind kind) noexcept;

/// Who did it: the person it is about (or somebody who says so), an administrator, the service itself.
enum class EventActor { user, administrator, system };
LATCHKEY_API std::string_view actorName(EventActor actor) noexcept;
LATCHKEY_API std::string_view sessionKindName(SessionKind kind) noexcept;

/// Something that somebody may want to know later. What does not apply stays empty. Never a secret, never a full e-mail address.
struct LATCHKEY_API Event {
    EventKind kind = EventKind::commandRun;
    Ulid id{};                            ///< set when it is emitted
    Instant at{};                         ///< set when it is emitted
    EventActor actor = EventActor::user;
    std::optional<Ulid> actorId;          ///< of an administrator who is a user here
    std::string via;                      ///< surface or command: `account`, `compat`, `manage lock-user`; `jobs` for what the server does by itself
    std::optional<Ulid> userId;           ///< whom it is about
    std::string username;
    std::optional<std::string> ip;
    std::optional<std::string> userAgent;
    std::string method;                   ///< `password`, `m.login.token` …
    std::string reason;                   ///< of a failure, of an end: `invalid_credentials`, `rate_limited`, `locked`, `replay` …
    std::string nameTried;                ///< what was typed; dropped on the way if there is such a user, or if names are not wanted
    std::string email;                    ///< masked: see maskedEmail()
    std::optional<SessionKind> sessionKind;
    std::optional<Ulid> sessionId;
    std::optional<Ulid> clientId;
    std::string scope;
    std::optional<std::int64_t> count;    ///< of sessions, if it is about several

    void about(const User& user);
    void session(SessionKind ofKind, const Ulid& ofId);
};

/// `a***@example.org`
LATCHKEY_API std::string maskedEmail(std::string_view address);

/// What an event says, by name, in the documented order, without what is empty.
LATCHKEY_API std::vector<std::pair<std::string_view, std::string>> fieldsOf(const Event& event);
/// One object: `id`, `event`, `at`, and the fields.
LATCHKEY_API std::string toJson(const Event& event);

/// Valid UTF-8 without control characters, at most `most` bytes: whatever is not becomes U+FFFD, and the rest is cut off.
LATCHKEY_API void cleanText(std::string& text, std::size_t most);

}  // namespace latchkey
