// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// Somebody's claim to an address, until a code that was mailed there proves it. Either a person who is logged in or one who
/// registers makes it.
struct EmailAuthentication {
    Ulid id;
    std::optional<Ulid> sessionId;       ///< the browser session that adds an address
    std::optional<Ulid> registrationId;  ///< or the registration in progress
    std::string email;
    Instant createdAt;
    std::optional<Instant> completedAt;  ///< set: proven
};

/// One code that was mailed for it. All of them count, not only the last: mails overtake each other.
struct EmailAuthenticationCode {
    Ulid id;
    Ulid authenticationId;
    std::string code;  ///< six decimal digits
    Instant createdAt;
    Instant expiresAt;
};

class LATCHKEY_API EmailAuthenticationRepository {
public:
    virtual ~EmailAuthenticationRepository();
    virtual std::optional<EmailAuthentication> find(const Ulid& id) = 0;
    virtual void add(const EmailAuthentication& authentication) = 0;
    /// False, and nothing is written, if the authentication is proven already, or has had this code before.
    virtual bool addCode(const EmailAuthenticationCode& code) = 0;
    /// The newest first, at most `most`.
    virtual std::vector<EmailAuthenticationCode> codesOf(const Ulid& authenticationId, int most) = 0;
    /// Whether it was this call that completed it.
    virtual bool complete(const Ulid& id, Instant now) = 0;
};

/// How long a code can be used.
inline constexpr Duration kEmailCodeLifetime = Duration::seconds(300);
/// How many codes of one authentication are looked at; whoever wants more mails starts again.
inline constexpr int kMostEmailCodes = 50;

/// Six decimal digits, evenly drawn.
LATCHKEY_API std::string newEmailCode();

enum class EmailCodeMatch { unknown, expired, valid };
/// What a code that somebody entered is among those that were sent. Looks at all of them, in constant time.
LATCHKEY_API EmailCodeMatch matchEmailCode(const std::vector<EmailAuthenticationCode>& sent, std::string_view entered, Instant now);

}  // namespace latchkey
