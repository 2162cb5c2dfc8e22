// SPDX-License-Identifier: Apache-2.0
#include "plugins/mails/recovery_mail.h"

#include "domain/clock.h"
#include "domain/queue/job_payload.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "domain/user/user_repository.h"

namespace latchkey::mails {

namespace {

constexpr int kPage = 50;

// What is still to be done decides: one mail that may be taken later has the job run again.
void join(JobOutcome& all, JobOutcome one) {
    using Kind = JobOutcome::Kind;
    const auto weight = [](Kind kind) { return kind == Kind::retry ? 2 : kind == Kind::failed ? 1 : 0; };
    if (weight(one.kind) > weight(all.kind)) all = std::move(one);
}

}  // namespace

JobOutcome RecoveryMail::run(std::string_view payload, const JobContext& context) {
    const Ulid id = requiredPayloadId(payload, "user_recovery_session_id");
    const auto session = store_.reading()->recoveries().find(id);
    if (!session) return JobOutcome::failed("there is no recovery session " + id.text());
    return session->consumedAt ? JobOutcome::done() : sendAll(*session, context);
}

// Almost always one. Where several accounts have the address, those whose mail was taken get another if a later one has to wait.
JobOutcome RecoveryMail::sendAll(const RecoverySession& session, const JobContext& context) {
    JobOutcome outcome;
    std::vector<UserEmail> page;
    do {
        const auto after = page.empty() ? std::nullopt : std::optional(page.back().id);
        page = store_.reading()->emails().pageByEmail(session.email, after, kPage);
        for (const UserEmail& each : page) {
            if (context.cancelled()) return JobOutcome::retry("the process stops");
            join(outcome, sendOne(session, each));
        }
    } while (page.size() == kPage);
    return outcome;
}

JobOutcome RecoveryMail::sendOne(const RecoverySession& session, const UserEmail& email) {
    const auto user = store_.reading()->users().find(email.userId);
    if (!user || user->deactivatedAt) return JobOutcome::done();
    const auto ticket = newTicket(session, email);
    if (!ticket) return JobOutcome::done();
    templates::View view;
    view.set("link", post_.settings().recoveryLink(*ticket))
        .set("minutes", std::to_string(kRecoveryTicketLifetime.us / 60'000'000))
        .set("ip", session.ipAddress);
    return post_.send("recovery", session.locale, user->username, email.email, std::move(view));
}

std::optional<std::string> RecoveryMail::newTicket(const RecoverySession& session, const UserEmail& email) const {
    const Instant now = currentTime();
    const auto work = store_.begin();
    const RecoveryTicket ticket{newId(now), session.id, email.id, randomAlphanumerics(kRecoveryTicketCharacters), now, now + kRecoveryTicketLifetime};
    if (!work->recoveries().addTicket(ticket)) return std::nullopt;
    work->commit();
    return ticket.ticket;
}

}  // namespace latchkey::mails
