// SPDX-License-Identifier: Apache-2.0
#include "domain/user/recover_password.h"

#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "domain/session/account_session.h"
#include "domain/store.h"
#include "domain/user/password.h"
#include "domain/user/user_email.h"
#include "domain/user/user_repository.h"

namespace latchkey {

namespace {

// A hash that was replaced by a newer scheme's is the same password.
bool changedSince(UnitOfWork& work, const Ulid& userId, Instant since) {
    const auto active = work.passwords().active(userId);
    return active && !active->upgradedFromId && active->createdAt.us > since.us;
}

RecoveryState stateOf(UnitOfWork& work, const RecoverySession& session, const RecoveryTicket& ticket, const User& user, Instant now) {
    if (session.consumedAt || changedSince(work, user.id, ticket.createdAt)) return RecoveryState::used;
    if (now.us >= ticket.expiresAt.us) return RecoveryState::expired;
    if (user.deactivatedAt) return RecoveryState::deactivated;
    return user.lockedAt ? RecoveryState::locked : RecoveryState::valid;
}

}  // namespace

void startRecovery(UnitOfWork& work, const RecoverySession& session) {
    work.recoveries().add(session);
    enqueueRecoveryMail(work, session.id, session.createdAt);
}

void enqueueRecoveryMail(UnitOfWork& work, const Ulid& sessionId, Instant now) {
    work.jobs().enqueue(newId(now), "send-account-recovery-email", R"({"user_recovery_session_id":")" + sessionId.text() + "\"}", now);
}

RecoveryLink lookUpRecovery(UnitOfWork& work, std::string_view ticket, Instant now) {
    if (ticket.size() != kRecoveryTicketCharacters) return {};
    const auto found = work.recoveries().findTicket(ticket);
    if (!found) return {};
    RecoveryLink link;
    link.session = work.recoveries().find(found->sessionId);
    const auto email = work.emails().find(found->userEmailId);
    if (email) link.user = work.users().find(email->userId);
    if (!link.session || !link.user) return {};
    link.state = stateOf(work, *link.session, *found, *link.user, now);
    return link;
}

RecoveryLink recoverPassword(UnitOfWork& work, std::string_view ticket, const PasswordHasher::Hash& hash, bool endSessions, Instant now) {
    RecoveryLink link = lookUpRecovery(work, ticket, now);
    if (link.state != RecoveryState::valid) return link;
    if (!work.recoveries().consume(link.session->id, now)) {
        link.state = RecoveryState::used;
        return link;
    }
    work.passwords().add({newId(now), link.user->id, hash.text, hash.version, now, std::nullopt});
    if (endSessions) endOtherSessions(work, link.user->id, Ulid{}, now);  // no browser has that one: all end
    return link;
}

}  // namespace latchkey
