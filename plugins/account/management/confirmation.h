// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/verify_password.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// Who changes something that matters has proven within the last minutes who they are, or does so with the form: by the password or,
/// where there is none, by logging in again.
class Confirmation {
public:
    /// What a form has to ask for, and what came of it the last time.
    struct State {
        bool askPassword = false;
        bool askLogin = false;
        bool wrong = false;
        bool rateLimited = false;
        bool confirmed() const { return !askPassword && !askLogin; }
    };

    Confirmation(const Site& site, PasswordHasher& hasher, RateLimiter& limiter)
        : site_(site), hasher_(hasher), verifier_(site.store, hasher, limiter, {site.settings.serverName, false}) {}

    State state(AccountVisit& visit) const;
    /// Judges the form's `password`, where one is needed. Right ones are remembered for a while. No unit of work may be open.
    State check(AccountVisit& visit) const;

    /// What the template part `_confirm` is given; `next`: the action that leads back after a log-in.
    static View view(const State& state, const char* next);
    /// With nothing to ask, with the password, wrong, too often, and with a log-in.
    static std::vector<State> samples();

private:
    const Site& site_;
    PasswordHasher& hasher_;
    PasswordVerifier verifier_;
};

/// Tells of a password that was asked for again and did not match, or was not looked at.
void recordUnconfirmed(AccountVisit& visit, const PasswordAttempt& attempt);

}  // namespace latchkey::account
