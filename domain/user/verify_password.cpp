// SPDX-License-Identifier: Apache-2.0
#include "domain/user/verify_password.h"

#include "domain/clock.h"
#include "domain/rate_limiter.h"
#include "domain/store.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"

namespace latchkey {

namespace {

constexpr std::size_t kLongestName = 255;

std::string lowered(std::string_view text) {
    std::string lower(text.substr(0, kLongestName));
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return lower;
}

}  // namespace

std::optional<std::string_view> localpartOf(std::string_view name, std::string_view serverName) {
    if (!name.starts_with('@')) return name;
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos || name.substr(colon + 1) != serverName) return std::nullopt;
    return name.substr(1, colon - 1);
}

std::optional<User> PasswordVerifier::find(UnitOfWork& work, std::string_view name) const {
    if (name.size() > kLongestName) return std::nullopt;
    if (rules_.allowEmail && name.find('@', 1) != std::string_view::npos) {
        if (const auto email = work.emails().findByEmail(name)) return work.users().find(email->userId);
    }
    const auto localpart = localpartOf(name, rules_.serverName);
    return localpart ? work.users().findByUsername(*localpart) : std::nullopt;
}

bool PasswordVerifier::limited(PasswordAttempt& attempt, RateLimiter::Bucket bucket, const std::string& key) const {
    const auto wait = limiter_.take(bucket, key);
    attempt.retryAfterSeconds = wait.value_or(0);
    return wait.has_value();
}

PasswordAttempt PasswordVerifier::attempt(std::string_view name, std::string_view password, const std::optional<std::string>& ip) const {
    PasswordAttempt attempt;
    attempt.outcome = PasswordAttempt::Outcome::rateLimited;
    if (limited(attempt, RateLimiter::Bucket::loginPerIp, ip.value_or("unknown"))) return attempt;

    std::optional<User> user;
    std::optional<UserPassword> known;
    {
        const auto work = store_.reading();
        user = find(*work, name);
        known = work->passwords().active(user ? user->id : Ulid{});  // as many round trips for who does not exist
    }
    return check(user, known, user ? user->id.text() : "unknown:" + lowered(name), password);
}

PasswordAttempt PasswordVerifier::attemptOf(const User& user, std::string_view password, const std::optional<std::string>& ip) const {
    PasswordAttempt attempt;
    attempt.outcome = PasswordAttempt::Outcome::rateLimited;
    if (limited(attempt, RateLimiter::Bucket::loginPerIp, ip.value_or("unknown"))) return attempt;
    const auto known = store_.reading()->passwords().active(user.id);  // the connection is given back before anything is hashed
    return check(user, known, user.id.text(), password);
}

PasswordAttempt PasswordVerifier::check(const std::optional<User>& user, const std::optional<UserPassword>& known, const std::string& account, std::string_view password) const {
    PasswordAttempt attempt;
    attempt.outcome = PasswordAttempt::Outcome::rateLimited;
    attempt.named = user;
    if (limited(attempt, RateLimiter::Bucket::loginPerAccount, account)) return attempt;

    attempt.outcome = PasswordAttempt::Outcome::mismatch;
    if (!known) {
        hasher_.pretend(password);
        return attempt;
    }
    auto verification = hasher_.verify(password, known->hash, known->version);
    if (verification.verdict != PasswordHasher::Verdict::match) return attempt;
    return {PasswordAttempt::Outcome::match, user, known, std::move(verification.upgraded), 0, user};
}

bool PasswordVerifier::confirm(UnitOfWork& work, PasswordAttempt& attempt, Instant now) const {
    attempt.user = work.users().find(attempt.user->id);
    const auto current = attempt.user ? work.passwords().active(attempt.user->id) : std::nullopt;
    if (!current || current->id != attempt.password->id) return false;
    if (!attempt.upgraded) return true;
    const UserPassword newer{newId(now), attempt.user->id, attempt.upgraded->text, attempt.upgraded->version, now, attempt.password->id};
    work.passwords().add(newer);
    attempt.password = newer;
    return true;
}

}  // namespace latchkey
