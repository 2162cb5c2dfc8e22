// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/rate_limiter.h"
#include "domain/user/password.h"
#include "domain/user/user.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

class Store;
class UnitOfWork;

/// What came of a name and a password.
struct PasswordAttempt {
    enum class Outcome { match, mismatch, rateLimited };

    Outcome outcome = Outcome::mismatch;
    std::optional<User> user;                      ///< after a match only, whatever its state: locked, deactivated
    std::optional<UserPassword> password;          ///< after a match: the one that matched
    std::optional<PasswordHasher::Hash> upgraded;  ///< after a match by an older scheme
    int retryAfterSeconds = 0;                     ///< when rate limited
    std::optional<User> named;                     ///< whose name it is, whatever came of it: for records, never to be told
};

/// Checks the password of somebody who says who they are. Who does not exist, or has no password, takes as long, counts against the
/// same limits and is told the same as who gave a wrong one.
class LATCHKEY_API PasswordVerifier {
public:
    struct Rules {
        std::string serverName;       ///< of Matrix ids
        bool allowEmail = false;      ///< an e-mail address of the account is a name, too
    };
    PasswordVerifier(Store& store, PasswordHasher& hasher, RateLimiter& limiter, Rules rules)
        : store_(store), hasher_(hasher), limiter_(limiter), rules_(std::move(rules)) {}

    /// `name`: a localpart, a Matrix id of this server or (if allowed) an e-mail address. No unit of work may be open.
    PasswordAttempt attempt(std::string_view name, std::string_view password, const std::optional<std::string>& ip) const;

    /// The same for somebody who is known already. No unit of work may be open.
    PasswordAttempt attemptOf(const User& user, std::string_view password, const std::optional<std::string>& ip) const;

    /// To be called in the unit of work that acts on a match: false if the password was changed meanwhile. Else the user is read again,
    /// and the hash of an older scheme is replaced.
    bool confirm(UnitOfWork& work, PasswordAttempt& attempt, Instant now) const;

private:
    std::optional<User> find(UnitOfWork& work, std::string_view name) const;
    PasswordAttempt check(const std::optional<User>& user, const std::optional<UserPassword>& known, const std::string& account, std::string_view password) const;
    bool limited(PasswordAttempt& attempt, RateLimiter::Bucket bucket, const std::string& key) const;

    Store& store_;
    PasswordHasher& hasher_;
    RateLimiter& limiter_;
    Rules rules_;
};

/// The localpart of a Matrix id of this server, `name` itself if it is none, nothing if it is of another server.
LATCHKEY_API std::optional<std::string_view> localpartOf(std::string_view name, std::string_view serverName);

}  // namespace latchkey
