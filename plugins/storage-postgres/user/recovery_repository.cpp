// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/recovery_repository.h"

#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/inet.h"
#include "plugins/storage-postgres/token_text.h"

namespace latchkey::pg {

namespace {

RecoverySession readSession(const Row& row) {
    return {.id = row.ulid(0),
            .email = row.text(1),
            .userAgent = row.text(2),
            .ipAddress = row.optionalText(3),
            .locale = row.text(4),
            .createdAt = row.instant(5),
            .consumedAt = row.optionalInstant(6)};
}

RecoveryTicket readTicket(const Row& row) {
    return {.id = row.ulid(0), .sessionId = row.ulid(1), .userEmailId = row.ulid(2), .createdAt = row.instant(3), .expiresAt = row.instant(4)};
}

}  // namespace

constexpr Query kFind{"user_recovery_session.find",
                      "SELECT user_recovery_session_id, email, user_agent, host(ip_address), locale, " LATCHKEY_MICROS("created_at") ", "
                      LATCHKEY_MICROS("consumed_at") " FROM user_recovery_sessions WHERE user_recovery_session_id = $1::uuid"};

std::optional<RecoverySession> PgRecoveryRepository::find(const Ulid& sessionId) { return connection_.one(kFind, {sessionId}, readSession); }

constexpr Query kAdd{"user_recovery_session.add", R"sql(
    INSERT INTO user_recovery_sessions (user_recovery_session_id, email, user_agent, ip_address, locale, created_at)
    VALUES ($1::uuid, $2::text, $3::text, $4::inet, $5::text, )sql" LATCHKEY_INSTANT("$6") ")"};

void PgRecoveryRepository::add(const RecoverySession& session) {
    connection_.execOne(kAdd, {session.id, session.email, session.userAgent, inetOrNothing(session.ipAddress), session.locale, session.createdAt});
}

constexpr Query kAddTicket{"user_recovery_ticket.add", R"sql(
    INSERT INTO user_recovery_tickets (user_recovery_ticket_id, user_recovery_session_id, user_email_id, ticket, created_at, expires_at)
    SELECT $1::uuid, open.user_recovery_session_id, $3::uuid, )sql" LATCHKEY_STORED_TEXT("$4", "$5") ", " LATCHKEY_INSTANT("$6") ", " LATCHKEY_INSTANT("$7") R"sql(
      FROM user_recovery_sessions AS open
     WHERE open.user_recovery_session_id = $2::uuid AND open.consumed_at IS NULL)sql"};

bool PgRecoveryRepository::addTicket(const RecoveryTicket& ticket, std::string_view text) {
    return connection_.exec(kAddTicket, {ticket.id, ticket.sessionId, ticket.userEmailId, text, tokenDigest(text), ticket.createdAt, ticket.expiresAt}) == 1;
}

// Tickets are not unique in the schema; of two equal ones (62^32 says there are none) neither is to be trusted.
constexpr Query kFindTicket{"user_recovery_ticket.find",
                            "SELECT user_recovery_ticket_id, user_recovery_session_id, user_email_id, " LATCHKEY_MICROS("created_at") ", "
                            LATCHKEY_MICROS("expires_at") " FROM user_recovery_tickets WHERE ticket = " LATCHKEY_EITHER_TEXT("$1", "$2") " LIMIT 2"};

std::optional<RecoveryTicket> PgRecoveryRepository::findTicket(std::string_view text) {
    if (!presentable(text)) return std::nullopt;
    auto found = connection_.all(kFindTicket, {text, tokenDigest(text)}, readTicket);
    if (found.size() != 1) return std::nullopt;
    return std::move(found.front());
}

constexpr Query kConsume{"user_recovery_session.consume",
                         "UPDATE user_recovery_sessions SET consumed_at = " LATCHKEY_INSTANT("$2")
                         " WHERE user_recovery_session_id = $1::uuid AND consumed_at IS NULL"};

bool PgRecoveryRepository::consume(const Ulid& sessionId, Instant now) { return connection_.exec(kConsume, {sessionId, now}) == 1; }

}  // namespace latchkey::pg
