// SPDX-License-Identifier: Apache-2.0
#include "domain/user/complete_registration.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"
#include "domain/user/email_authentication.h"
#include "domain/user/password.h"
#include "domain/user/registration.h"
#include "domain/user/registration_token.h"
#include "domain/user/text_lock.h"
#include "domain/user/user_email.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_repository.h"

namespace latchkey {

namespace {

using Outcome = RegistrationCompletion::Outcome;

std::optional<User> addUser(UnitOfWork& work, const std::string& username, Instant now) {
    lockText(work, "username", username);
    if (work.users().exists(username)) return std::nullopt;
    try {
        return work.users().add(newId(now), username, now);
    } catch (const Conflict&) {
        return std::nullopt;
    }
}

// The proven address; `outcome` says what is wrong with it.
std::optional<std::string> provenEmail(UnitOfWork& work, const UserRegistration& registration, Outcome& outcome) {
    if (!registration.emailAuthenticationId) return std::nullopt;
    const auto authentication = work.emailAuthentications().find(*registration.emailAuthenticationId);
    if (!authentication || !authentication->completedAt) {
        outcome = Outcome::emailUnproven;
        return std::nullopt;
    }
    lockText(work, "email", authentication->email);
    if (!work.emails().pageByEmail(authentication->email, std::nullopt, 1).empty()) outcome = Outcome::emailTaken;
    return authentication->email;
}

void logIn(UnitOfWork& work, const UserRegistration& registration, const RegistrationCompletion& made, const std::optional<std::string>& userAgent, Instant now) {
    work.browserSessions().add(made.sessionId, made.userId, userAgent, now);
    if (!registration.hashedPassword) return;
    const UserPassword password{newId(now), made.userId, *registration.hashedPassword, registration.hashedPasswordVersion.value_or(0), now, std::nullopt};
    work.passwords().add(password);
    work.browserSessions().authenticatedByPassword(newId(now), made.sessionId, password.id, now);
}

}  // namespace

RegistrationCompletion completeRegistration(UnitOfWork& work, const Ulid& registrationId, const std::optional<std::string>& userAgent, Instant now) {
    RegistrationCompletion made;
    if (!work.registrations().complete(registrationId, now)) return made;  // from here on the row is ours, and nobody changes it
    const auto registration = work.registrations().find(registrationId);
    const auto user = addUser(work, registration->username, now);
    if (!user) return {.outcome = Outcome::usernameTaken, .userId = {}, .sessionId = {}, .email = {}};
    made.outcome = Outcome::created;
    made.email = provenEmail(work, *registration, made.outcome);
    if (made.outcome != Outcome::created) return made;
    if (registration->registrationTokenId && !work.registrationTokens().use(*registration->registrationTokenId, now)) {
        made.outcome = Outcome::tokenSpent;
        return made;
    }
    made.userId = user->id;
    made.sessionId = newId(now);
    logIn(work, *registration, made, userAgent, now);
    if (made.email) work.emails().add({newId(now), user->id, *made.email, now});
    if (registration->termsUrl) work.users().acceptTerms(newId(now), user->id, *registration->termsUrl, now);
    enqueueProvisioning(work, user->id, registration->displayName, now);
    return made;
}

}  // namespace latchkey
