// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/oauth2/scope.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

class UnitOfWork;

/// "browser", "oauth2", "compat", "personal".
LATCHKEY_API std::string_view nameOf(SessionKind kind);
LATCHKEY_API std::optional<SessionKind> sessionKindOf(std::string_view name);

/// A live session of a user, of whatever kind, as the list of them shows it. Personal: one that acts as the user.
struct AccountSession {
    SessionKind kind = SessionKind::browser;
    Ulid id;
    Instant createdAt;
    std::optional<Instant> lastActiveAt;
    std::optional<std::string> lastActiveIp;
    std::optional<std::string> userAgent;
    std::optional<std::string> humanName;   ///< what the user calls it; browser sessions have none
    std::optional<std::string> deviceId;    ///< of a compat session
    Scope scope;                            ///< of an OAuth or personal session
    std::optional<Ulid> clientId;           ///< of an OAuth session, as is all of the client
    std::optional<std::string> clientName;
    std::optional<std::string> clientUri;
    std::optional<Instant> expiresAt;       ///< of a personal session: when its token does

    /// The Matrix devices that it stands for.
    LATCHKEY_API std::vector<std::string> deviceIds() const;
};

struct AccountSessionSearch {
    std::optional<SessionKind> kind = {};
    std::string text = {};                  ///< a part of a name, client, program, device or address, without regard to case
    std::optional<Ulid> before = {};        ///< those that began earlier than this one
    int most = 20;
};

/// A client that has live sessions of a user.
struct ConnectedClient {
    Ulid id;
    std::optional<std::string> name;
    std::optional<std::string> uri;
    std::int64_t sessions = 0;
    Instant since;
    std::optional<Instant> lastActiveAt;
};

/// What a user sees of the own sessions, and does with them. Each call is for one user: somebody else's sessions are not there.
class LATCHKEY_API AccountSessionRepository {
public:
    virtual ~AccountSessionRepository();

    /// The newest first.
    virtual std::vector<AccountSession> page(const Ulid& userId, const AccountSessionSearch& search) = 0;
    virtual std::optional<AccountSession> find(const Ulid& userId, SessionKind kind, const Ulid& id) = 0;
    /// What stands for a device: the newest compat session, else the newest other.
    virtual std::optional<AccountSession> findDevice(const Ulid& userId, std::string_view deviceId) = 0;
    virtual std::int64_t count(const Ulid& userId) = 0;

    /// False if there is no such live session, or its kind has no name.
    virtual bool rename(const Ulid& userId, SessionKind kind, const Ulid& id, std::string_view name) = 0;
    /// Ends it, and with it all its tokens. False if there is no such live session.
    virtual bool end(const Ulid& userId, SessionKind kind, const Ulid& id, Instant now) = 0;
    /// Ends all but one browser session, and of the personal ones those that the user made. Returns how many.
    virtual std::int64_t endOthers(const Ulid& userId, const Ulid& browserSessionId, Instant now) = 0;

    /// By their ids, newest first; those before `before`.
    virtual std::vector<ConnectedClient> clients(const Ulid& userId, const std::optional<Ulid>& before, int most) = 0;
    /// Ends all that the client has of the user, and forgets what the user agreed to. Returns how many sessions.
    virtual std::int64_t endClient(const Ulid& userId, const Ulid& clientId, Instant now) = 0;
};

// The same, and the homeserver hears of it by a job, since devices may go.
LATCHKEY_API bool endSession(UnitOfWork& work, const Ulid& userId, SessionKind kind, const Ulid& id, Instant now);
LATCHKEY_API std::int64_t endOtherSessions(UnitOfWork& work, const Ulid& userId, const Ulid& browserSessionId, Instant now);
LATCHKEY_API std::int64_t endClientSessions(UnitOfWork& work, const Ulid& userId, const Ulid& clientId, Instant now);

}  // namespace latchkey
