// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// Somebody said to have forgotten a password. Made whether or not anybody has the address, so that nobody learns which is the case.
struct RecoverySession {
    Ulid id;
    std::string email;
    std::string userAgent;
    std::optional<std::string> ipAddress;
    std::string locale;  ///< language tag of the mails
    Instant createdAt;
    std::optional<Instant> consumedAt;  ///< set: the password was changed with it
};

/// A link that was mailed to one address. Its text, like that of a token, is kept as a digest where the database keeps digests.
struct RecoveryTicket {
    Ulid id;
    Ulid sessionId;
    Ulid userEmailId;
    Instant createdAt;
    Instant expiresAt;
};

inline constexpr Duration kRecoveryTicketLifetime = Duration::seconds(600);
inline constexpr std::size_t kRecoveryTicketCharacters = 32;

class LATCHKEY_API RecoveryRepository {
public:
    virtual ~RecoveryRepository();
    virtual std::optional<RecoverySession> find(const Ulid& sessionId) = 0;
    virtual void add(const RecoverySession& session) = 0;
    /// False, and nothing is written, if the session was consumed.
    virtual bool addTicket(const RecoveryTicket& ticket, std::string_view text) = 0;
    /// Also an expired one: the page says so.
    virtual std::optional<RecoveryTicket> findTicket(std::string_view text) = 0;
    /// Whether it was this call that consumed it.
    virtual bool consume(const Ulid& sessionId, Instant now) = 0;
};

}  // namespace latchkey
