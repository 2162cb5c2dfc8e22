// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/personal/session_repository.h"

#include "domain/crypto/encoding.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

namespace {

constexpr int kOwner = 13;  // where the owner's columns begin; the actor's follow

PersonalAccessDetails readDetails(const Row& row) {
    PersonalAccessDetails found{.token = {.id = row.ulid(0),
                                          .sessionId = row.ulid(1),
                                          .createdAt = row.instant(2),
                                          .expiresAt = row.optionalInstant(3),
                                          .revokedAt = row.optionalInstant(4)},
                                .session = {.id = row.ulid(5),
                                            .ownerUserId = row.optionalUlid(6),
                                            .ownerClientId = row.optionalUlid(7),
                                            .actorUserId = row.ulid(8),
                                            .humanName = row.text(9),
                                            .scope = Scope(row.texts(10)),
                                            .createdAt = row.instant(11),
                                            .revokedAt = row.optionalInstant(12)},
                                .actor = readUser(row, kOwner + kUserColumns),
                                .owner = {}};
    if (found.session.ownerUserId) found.owner = readUser(row, kOwner);
    return found;
}

}  // namespace

constexpr Query kAdd{"personal_session.add", R"sql(
    INSERT INTO personal_sessions (personal_session_id, owner_user_id, owner_oauth2_client_id, actor_user_id, human_name, scope_list, created_at, revoked_at)
    VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::text, $6::text[], )sql" LATCHKEY_INSTANT("$7") ", " LATCHKEY_INSTANT("$8") ")"};

void PgPersonalSessionRepository::add(const PersonalSession& session) {
    connection_.execOne(kAdd, {session.id, session.ownerUserId, session.ownerClientId, session.actorUserId, session.humanName, session.scope.tokens(),
                               session.createdAt, session.revokedAt});
}

constexpr Query kAddToken{"personal_access_token.add", R"sql(
    INSERT INTO personal_access_tokens (personal_access_token_id, personal_session_id, access_token_sha256, created_at, expires_at)
    VALUES ($1::uuid, $2::uuid, $3::bytea, )sql" LATCHKEY_INSTANT("$4") ", " LATCHKEY_INSTANT("$5") ")"};

void PgPersonalSessionRepository::addToken(const PersonalAccessToken& token, std::string_view text) {
    connection_.execOne(kAddToken, {token.id, token.sessionId, Param::bytes(sha256(text)), token.createdAt, token.expiresAt});
}

constexpr Query kFindAccess{"personal_access_token.find_by_text",
                            "SELECT token.personal_access_token_id, token.personal_session_id, " LATCHKEY_MICROS("token.created_at") ", "
                            LATCHKEY_MICROS("token.expires_at") ", " LATCHKEY_MICROS("token.revoked_at") ", s.personal_session_id, s.owner_user_id, "
                            "s.owner_oauth2_client_id, s.actor_user_id, s.human_name, s.scope_list, " LATCHKEY_MICROS("s.created_at") ", "
                            LATCHKEY_MICROS("s.revoked_at") ", " LATCHKEY_USER_COLUMNS("owner.") ", " LATCHKEY_USER_COLUMNS("actor.")
                            "FROM personal_access_tokens AS token JOIN personal_sessions AS s USING (personal_session_id) "
                            "JOIN users AS actor ON actor.user_id = s.actor_user_id LEFT JOIN users AS owner ON owner.user_id = s.owner_user_id "
                            "WHERE token.access_token_sha256 = $1::bytea"};

std::optional<PersonalAccessDetails> PgPersonalSessionRepository::findAccess(std::string_view text) {
    return connection_.one(kFindAccess, {Param::bytes(sha256(text))}, readDetails);
}

}  // namespace latchkey::pg
