// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/authorization_grant_repository.h"

#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/oauth2/scope_text.h"
#include "plugins/storage-postgres/token_text.h"

namespace latchkey::pg {

namespace {

using State = AuthorizationGrant::State;

#define GRANT_COLUMNS                                                                                                                    \
    "g.oauth2_authorization_grant_id, g.oauth2_client_id, g.oauth2_session_id, g.redirect_uri, coalesce(more.redirect_uri_given, true), "  \
    "g.scope, g.state, g.nonce, g.response_mode, g.code_challenge_method, g.code_challenge, g.response_type_code, "                         \
    "g.response_type_id_token, g.login_hint, g.locale, coalesce(g.raw_parameters::text, '{}'), " LATCHKEY_MICROS("g.created_at") ", "       \
    LATCHKEY_MICROS("g.fulfilled_at") ", " LATCHKEY_MICROS("g.exchanged_at") ", g.cancelled_at IS NOT NULL, g.authorization_code IS NOT NULL "
#define FROM_GRANTS "FROM oauth2_authorization_grants AS g LEFT JOIN latchkey_authorization_grants AS more USING (oauth2_authorization_grant_id) "
#define PENDING "fulfilled_at IS NULL AND exchanged_at IS NULL AND cancelled_at IS NULL"

[[noreturn]] void inconsistent(const char* what) { throw StorageInconsistent(std::string("oauth2_authorization_grant: ") + what); }

const char* modeName(ResponseMode mode) {
    switch (mode) {
        case ResponseMode::query: return "query";
        case ResponseMode::fragment: return "fragment";
        case ResponseMode::formPost: break;
    }
    return "form_post";
}

ResponseMode parseMode(std::string_view name) {
    for (const ResponseMode mode : {ResponseMode::query, ResponseMode::fragment, ResponseMode::formPost}) {
        if (name == modeName(mode)) return mode;
    }
    inconsistent("unknown response_mode");
}

std::optional<std::string> methodName(const std::optional<CodeChallenge>& challenge) {
    if (!challenge) return std::nullopt;
    return challenge->method == CodeChallenge::Method::plain ? "plain" : "S256";
}

std::optional<CodeChallenge> readChallenge(const Row& row, int method, int challenge) {
    if (row.isNull(method) != row.isNull(challenge)) inconsistent("a code challenge without method, or the reverse");
    if (row.isNull(method)) return std::nullopt;
    const std::string_view name = row.view(method);
    if (name != "plain" && name != "S256") inconsistent("unknown code_challenge_method");
    return CodeChallenge{name == "plain" ? CodeChallenge::Method::plain : CodeChallenge::Method::s256, row.text(challenge)};
}

State stateOf(bool fulfilled, bool exchanged, bool cancelled, bool session) {
    if (!fulfilled && !exchanged && !cancelled && !session) return State::pending;
    if (fulfilled && !exchanged && !cancelled && session) return State::fulfilled;
    if (fulfilled && exchanged && !cancelled && session) return State::exchanged;
    if (!fulfilled && !exchanged && cancelled && !session) return State::cancelled;
    inconsistent("its times and its session contradict each other");
}

AuthorizationGrant readGrant(const Row& row) {
    AuthorizationGrant grant{.id = row.ulid(0),
                             .clientId = row.ulid(1),
                             .state = stateOf(!row.isNull(17), !row.isNull(18), row.boolean(19), !row.isNull(2)),
                             .sessionId = row.optionalUlid(2),
                             .redirectUri = row.text(3),
                             .redirectUriGiven = row.boolean(4),
                             .scope = storedScope(row.view(5)),
                             .clientState = row.optionalText(6),
                             .nonce = row.optionalText(7),
                             .responseMode = parseMode(row.view(8)),
                             .challenge = readChallenge(row, 9, 10),
                             .responseTypeCode = row.boolean(11),
                             .responseTypeIdToken = row.boolean(12),
                             .loginHint = row.optionalText(13),
                             .locale = row.optionalText(14),
                             .rawParameters = row.text(15),
                             .createdAt = row.instant(16),
                             .fulfilledAt = row.optionalInstant(17),
                             .exchangedAt = row.optionalInstant(18)};
    if (grant.responseTypeCode != row.boolean(20)) inconsistent("a code without the response type code, or the reverse");
    if (grant.challenge && !grant.responseTypeCode) inconsistent("a code challenge without a code");
    return grant;
}

}  // namespace

constexpr Query kAdd{"oauth2_authorization_grant.add", R"sql(
    WITH added AS (
        INSERT INTO oauth2_authorization_grants (
            oauth2_authorization_grant_id, oauth2_client_id, authorization_code, redirect_uri, scope, state, nonce, response_mode, code_challenge_method,
            code_challenge, response_type_code, response_type_id_token, login_hint, locale, raw_parameters, created_at)
        VALUES ($1::uuid, $2::uuid, )sql" LATCHKEY_STORED_TEXT("$3", "$4") R"sql(, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text,
                $12::boolean, $13::boolean, $14::text, $15::text, $16::jsonb, )sql" LATCHKEY_INSTANT("$17") R"sql()
        RETURNING oauth2_authorization_grant_id)
    INSERT INTO latchkey_authorization_grants (oauth2_authorization_grant_id, redirect_uri_given)
    SELECT oauth2_authorization_grant_id, false FROM added WHERE NOT $18::boolean)sql"};

void PgAuthorizationGrantRepository::add(const AuthorizationGrant& grant, std::string_view code) {
    if (grant.responseTypeCode == code.empty()) throw StorageError("oauth2_authorization_grant.add: a code without the response type code, or the reverse");
    std::optional<std::string> plain;
    std::optional<std::string> digest;
    if (!code.empty()) {
        plain = std::string(code);
        digest = tokenDigest(code);
    }
    const auto challenge = grant.challenge ? std::optional(grant.challenge->challenge) : std::nullopt;
    connection_.exec(kAdd, {grant.id, grant.clientId, plain, digest, grant.redirectUri, grant.scope.text(), grant.clientState, grant.nonce,
                            modeName(grant.responseMode), methodName(grant.challenge), challenge, grant.responseTypeCode, grant.responseTypeIdToken,
                            grant.loginHint, grant.locale, grant.rawParameters, grant.createdAt, grant.redirectUriGiven});
}

constexpr Query kFind{"oauth2_authorization_grant.find", "SELECT " GRANT_COLUMNS FROM_GRANTS "WHERE oauth2_authorization_grant_id = $1::uuid"};

std::optional<AuthorizationGrant> PgAuthorizationGrantRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readGrant); }

constexpr Query kFindByCode{"oauth2_authorization_grant.find_by_code",
                            "SELECT " GRANT_COLUMNS FROM_GRANTS "WHERE g.authorization_code = " LATCHKEY_EITHER_TEXT("$1", "$2")};

std::optional<AuthorizationGrant> PgAuthorizationGrantRepository::findByCode(std::string_view code) {
    if (!presentable(code)) return std::nullopt;
    return connection_.one(kFindByCode, {code, tokenDigest(code)}, readGrant);
}

constexpr Query kReplaceCode{"oauth2_authorization_grant.replace_code",
                             "UPDATE oauth2_authorization_grants SET authorization_code = " LATCHKEY_STORED_TEXT("$2", "$3")
                             " WHERE oauth2_authorization_grant_id = $1::uuid AND response_type_code AND " PENDING};

bool PgAuthorizationGrantRepository::replaceCode(const Ulid& id, std::string_view code) { return connection_.exec(kReplaceCode, {id, code, tokenDigest(code)}) == 1; }

constexpr Query kFulfil{"oauth2_authorization_grant.fulfil",
                        "UPDATE oauth2_authorization_grants SET fulfilled_at = " LATCHKEY_INSTANT("$3") ", oauth2_session_id = $2::uuid "
                        "WHERE oauth2_authorization_grant_id = $1::uuid AND " PENDING};

bool PgAuthorizationGrantRepository::fulfil(const Ulid& id, const Ulid& sessionId, Instant now) { return connection_.exec(kFulfil, {id, sessionId, now}) == 1; }

constexpr Query kExchange{"oauth2_authorization_grant.exchange",
                          "UPDATE oauth2_authorization_grants SET exchanged_at = " LATCHKEY_INSTANT("$2")
                          " WHERE oauth2_authorization_grant_id = $1::uuid AND fulfilled_at IS NOT NULL AND exchanged_at IS NULL AND cancelled_at IS NULL"};

bool PgAuthorizationGrantRepository::exchange(const Ulid& id, Instant now) { return connection_.exec(kExchange, {id, now}) == 1; }

constexpr Query kCancel{"oauth2_authorization_grant.cancel",
                        "UPDATE oauth2_authorization_grants SET cancelled_at = " LATCHKEY_INSTANT("$2") " WHERE oauth2_authorization_grant_id = $1::uuid AND " PENDING};

bool PgAuthorizationGrantRepository::cancel(const Ulid& id, Instant now) { return connection_.exec(kCancel, {id, now}) == 1; }

// A request URI is as good as a code: its digest is kept. Each new one takes some out that are over.
constexpr Query kPush{"pushed_request.add", R"sql(
    WITH swept AS (
        DELETE FROM latchkey_pushed_requests WHERE request_uri_digest IN (
            SELECT request_uri_digest FROM latchkey_pushed_requests WHERE expires_at < clock_timestamp() - interval '10 minutes'
             ORDER BY expires_at LIMIT 5 FOR UPDATE SKIP LOCKED))
    INSERT INTO latchkey_pushed_requests (request_uri_digest, oauth2_client_id, parameters, expires_at)
    VALUES ($1::text, $2::uuid, $3::json, )sql" LATCHKEY_INSTANT("$4") ")"};

void PgAuthorizationGrantRepository::push(std::string_view requestUri, const Ulid& clientId, std::string_view parameters, Instant expiresAt) {
    connection_.execOne(kPush, {tokenDigest(requestUri), clientId, parameters, expiresAt});
}

constexpr Query kTakePushed{"pushed_request.take", "DELETE FROM latchkey_pushed_requests WHERE request_uri_digest = $1::text AND oauth2_client_id = $2::uuid "
                                                   "AND expires_at > " LATCHKEY_INSTANT("$3") " RETURNING parameters"};

std::optional<std::string> PgAuthorizationGrantRepository::takePushed(std::string_view requestUri, const Ulid& clientId, Instant now) {
    return connection_.one(kTakePushed, {tokenDigest(requestUri), clientId, now}, [](const Row& row) { return row.text(0); });
}

}  // namespace latchkey::pg
