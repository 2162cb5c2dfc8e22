// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/confirmation.h"

#include "domain/clock.h"
#include "domain/store.h"

namespace latchkey::account {

namespace {

constexpr Duration kFresh = Duration::seconds(300);

}  // namespace

Confirmation::State Confirmation::state(AccountVisit& visit) const {
    const auto work = site_.store.reading();
    const auto last = work->browserSessions().lastAuthentication(visit.session().id);
    if (last && currentTime() - *last < kFresh) return {};
    const bool password = hasher_.enabled() && work->passwords().active(visit.user().id);
    return {.askPassword = password, .askLogin = !password};
}

Confirmation::State Confirmation::check(AccountVisit& visit) const {
    State state = this->state(visit);
    if (!state.askPassword) return state;
    PasswordAttempt attempt = verifier_.attemptOf(visit.user(), visit.form().get("password").value_or(""), visit.visit().request().clientIp);
    state.rateLimited = attempt.outcome == PasswordAttempt::Outcome::rateLimited;
    state.wrong = attempt.outcome == PasswordAttempt::Outcome::mismatch;
    if (attempt.outcome != PasswordAttempt::Outcome::match) {
        recordUnconfirmed(visit, attempt);
        return state;
    }
    const Instant now = currentTime();
    const auto work = site_.store.begin();
    state.wrong = !verifier_.confirm(*work, attempt, now);
    if (state.wrong) return state;
    work->browserSessions().authenticatedByPassword(newId(now), visit.session().id, attempt.password->id, now);
    work->commit();
    return {};
}

void recordUnconfirmed(AccountVisit& visit, const PasswordAttempt& attempt) {
    record(visit, EventKind::reauthenticationFailed, [&](Event& event) {
        event.method = "password";
        event.reason = attempt.outcome == PasswordAttempt::Outcome::rateLimited ? "rate_limited" : "invalid_credentials";
    });
}

View Confirmation::view(const State& state, const char* next) {
    return View()
        .set("ask_password", state.askPassword)
        .set("ask_login", state.askLogin)
        .set("wrong_password", state.wrong)
        .set("rate_limited", state.rateLimited)
        .set("unconfirmed", state.wrong || state.rateLimited)
        .set("next_action", next);
}

std::vector<Confirmation::State> Confirmation::samples() {
    return {{},
            {.askPassword = true},
            {.askPassword = true, .wrong = true},
            {.askPassword = true, .rateLimited = true},
            {.askLogin = true}};
}

}  // namespace latchkey::account
