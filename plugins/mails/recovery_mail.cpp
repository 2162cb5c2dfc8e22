// SPDX-License-Identifier: Apache-2.0
#include "plugins/mails/recovery_mail.h"

#include "domain/clock.h"
#include "domain/queue/job_payload.h"
#include "domain/queue/job_repository.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "domain/user/user_repository.h"

namespace latchkey::mails {

namespace {

constexpr int kPage = 50;

}  // namespace

JobOutcome RecoveryLinks::mail(const RecoverySession& session, const UserEmail& email) const {
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

std::optional<std::string> RecoveryLinks::newTicket(const RecoverySession& session, const UserEmail& email) const {
    const Instant now = currentTime();
    const auto work = store_.begin();
    std::string text = randomAlphanumerics(kRecoveryTicketCharacters);
    if (!work->recoveries().addTicket({newId(now), session.id, email.id, now, now + kRecoveryTicketLifetime}, text)) return std::nullopt;
    work->commit();
    return text;
}

JobOutcome RecoveryMail::run(std::string_view payload, const JobContext&) {
    const Ulid id = requiredPayloadId(payload, "user_recovery_session_id");
    const auto session = store_.reading()->recoveries().find(id);
    if (!session) return JobOutcome::failed("there is no recovery session " + id.text());
    if (session->consumedAt) return JobOutcome::done();
    const std::vector<UserEmail> emails = allOf(session->email);
    if (emails.size() == 1) return links_.mail(*session, emails.front());
    leaveToOthers(*session, emails);
    return JobOutcome::done();
}

std::vector<UserEmail> RecoveryMail::allOf(const std::string& address) const {
    std::vector<UserEmail> all, page;
    do {
        const auto after = all.empty() ? std::nullopt : std::optional(all.back().id);
        page = store_.reading()->emails().pageByEmail(address, after, kPage);
        all.insert(all.end(), page.begin(), page.end());
    } while (page.size() == kPage);
    return all;
}

// All or none, so that a repetition after a failure repeats no mail.
void RecoveryMail::leaveToOthers(const RecoverySession& session, const std::vector<UserEmail>& emails) const {
    if (emails.empty()) return;
    const Instant now = currentTime();
    const auto work = store_.begin();
    for (const UserEmail& each : emails) {
        const std::string ids = R"("user_recovery_session_id":")" + session.id.text() + R"(","user_email_id":")" + each.id.text() + '"';
        work->jobs().enqueue(newId(now), RecoveryMailOfOne::kQueue, '{' + ids + '}', now);
    }
    work->commit();
}

// The address may have been given up while the mail waited.
JobOutcome RecoveryMailOfOne::run(std::string_view payload, const JobContext&) {
    const Ulid id = requiredPayloadId(payload, "user_recovery_session_id");
    const auto session = store_.reading()->recoveries().find(id);
    if (!session) return JobOutcome::failed("there is no recovery session " + id.text());
    const auto email = store_.reading()->emails().find(requiredPayloadId(payload, "user_email_id"));
    if (session->consumedAt || !email) return JobOutcome::done();
    return links_.mail(*session, *email);
}

}  // namespace latchkey::mails
