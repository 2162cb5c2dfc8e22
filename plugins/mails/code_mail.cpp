// SPDX-License-Identifier: Apache-2.0
#include "plugins/mails/code_mail.h"

#include "domain/clock.h"
#include "domain/queue/job_payload.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"
#include "domain/user/registration.h"

namespace latchkey::mails {

namespace {

constexpr int kDraws = 20;

}  // namespace

JobOutcome CodeMail::run(std::string_view payload, const JobContext& context) {
    const Ulid id = requiredPayloadId(payload, "user_email_authentication_id");
    const std::string language = payloadText(payload, "language").value_or("");
    const auto authentication = store_.reading()->emailAuthentications().find(id);
    if (!authentication) return JobOutcome::failed("there is no e-mail authentication " + id.text());
    if (authentication->completedAt) return JobOutcome::done();
    const auto username = usernameOf(*authentication);
    if (!username) return JobOutcome::failed("e-mail authentication " + id.text() + " belongs to nobody");
    const auto code = codeFor(*authentication, context.attempt());
    if (!code) return JobOutcome::done();
    templates::View view;
    view.set("code", *code).set("minutes", std::to_string(kEmailCodeLifetime.us / 60'000'000)).set("registering", authentication->registrationId.has_value());
    return post_.send("verification", language, *username, authentication->email, std::move(view));
}

std::optional<std::string> CodeMail::usernameOf(const EmailAuthentication& authentication) const {
    const auto work = store_.reading();
    if (authentication.registrationId) {
        const auto registration = work->registrations().find(*authentication.registrationId);
        return registration ? std::optional(registration->username) : std::nullopt;
    }
    const auto session = authentication.sessionId ? work->browserSessions().find(*authentication.sessionId) : std::nullopt;
    return session ? std::optional(session->user.username) : std::nullopt;
}

// Stored before it is mailed, so that none arrives that does not work. When the mail server was away, a code that is still young is
// mailed again: each more of them would be one more to guess.
std::optional<std::string> CodeMail::codeFor(const EmailAuthentication& authentication, int attempt) const {
    const Instant now = currentTime();
    const auto work = store_.begin();
    EmailAuthenticationRepository& all = work->emailAuthentications();
    const auto before = attempt > 0 ? all.codesOf(authentication.id, 1) : std::vector<EmailAuthenticationCode>();
    if (!before.empty() && now.us < before.front().createdAt.us + kEmailCodeLifetime.us / 2) return before.front().code;
    for (int draw = 0; draw < kDraws; ++draw) {
        const EmailAuthenticationCode code{newId(now), authentication.id, newEmailCode(), now, now + kEmailCodeLifetime};
        if (!all.addCode(code)) continue;
        work->commit();
        return code.code;
    }
    return std::nullopt;  // proven meanwhile
}

}  // namespace latchkey::mails
