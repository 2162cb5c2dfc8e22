// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/steps/email_step.h"

#include "domain/store.h"
#include "domain/user/email_authentication.h"
#include "domain/user/user_jobs.h"
#include "plugins/account/text.h"

#include <algorithm>

namespace latchkey::account {

namespace {

using Bucket = RateLimiter::Bucket;

// As mails show it, people may have typed or pasted blanks between.
std::string codeOf(const StepForm& form) {
    std::string code(form.get("code").value_or("").substr(0, kLongestInput));
    std::erase_if(code, [](char c) { return c == ' ' || c == '\t' || c == '-'; });
    return code;
}

StepVerdict again(std::string error, std::string notice = {}) { return {StepVerdict::Kind::again, std::move(error), std::move(notice)}; }

}  // namespace

bool EmailStep::done(UnitOfWork& work, const UserRegistration& registration) {
    if (!registration.emailAuthenticationId) return true;
    const auto found = work.emailAuthentications().find(*registration.emailAuthenticationId);
    return found && found->completedAt;
}

EmailAuthentication EmailStep::authentication(const StepVisit& visit) const {
    auto found = store_.reading()->emailAuthentications().find(visit.registration.emailAuthenticationId.value_or(Ulid{}));
    if (!found) throw StorageInconsistent("user_email_authentication.find: the registration's authentication is not there");
    return std::move(*found);
}

StepPage EmailStep::page(const StepVisit& visit) { return {.values = {{"email", authentication(visit).email}}}; }

StepVerdict EmailStep::check(const StepVisit& visit, const StepForm& form) {
    const EmailAuthentication proof = authentication(visit);
    if (form.get("action") == "resend") return sendAgain(visit, proof);
    const std::string code = codeOf(form);
    if (code.empty()) return again("required");
    if (limiter_.take(Bucket::attemptsPerSession, proof.id.text())) return again("register-errors.rate-limited");
    switch (matchEmailCode(store_.reading()->emailAuthentications().codesOf(proof.id, kMostEmailCodes), code, visit.now)) {
    case EmailCodeMatch::unknown: return again("invalid");
    case EmailCodeMatch::expired: return again("expired");
    case EmailCodeMatch::valid: break;
    }
    return {};
}

StepVerdict EmailStep::sendAgain(const StepVisit& visit, const EmailAuthentication& proof) const {
    if (limiter_.take(Bucket::emailsPerSession, proof.id.text()) || limiter_.take(Bucket::emailPerIp, visit.ipAddress.value_or("unknown")) ||
        limiter_.take(Bucket::emailPerAddress, lowered(proof.email))) {
        return again("too-many-mails");
    }
    const auto work = store_.begin();
    enqueueEmailCode(*work, proof.id, visit.language, visit.now);
    work->commit();
    return again({}, "sent");
}

bool EmailStep::complete(UnitOfWork& work, const StepVisit& visit, const StepForm&) {
    return work.emailAuthentications().complete(visit.registration.emailAuthenticationId.value_or(Ulid{}), visit.now);
}

}  // namespace latchkey::account
