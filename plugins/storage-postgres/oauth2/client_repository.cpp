// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/client_repository.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/token/token_digest.h"
#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

// In the order of $2 … $20.
#define METADATA_COLUMNS                                                                                                             \
    "encrypted_client_secret, application_type, redirect_uris, grant_type_authorization_code, grant_type_refresh_token, "             \
    "grant_type_client_credentials, grant_type_device_code, client_name, logo_uri, client_uri, policy_uri, tos_uri, jwks_uri, jwks, "  \
    "id_token_signed_response_alg, userinfo_signed_response_alg, token_endpoint_auth_method, token_endpoint_auth_signing_alg, "        \
    "initiate_login_uri"
#define METADATA_VALUES                                                                                                              \
    "$2::text, $3::text, $4::text[], $5::boolean, $6::boolean, $7::boolean, $8::boolean, $9::text, $10::text, $11::text, $12::text, "  \
    "$13::text, $14::text, $15::jsonb, $16::text, $17::text, $18::text, $19::text, $20::text"
#define METADATA_OF(client)                                                                                                               \
    client.id, client.encryptedSecret, client.applicationType, client.redirectUris, client.grantAuthorizationCode, client.grantRefreshToken, \
        client.grantClientCredentials, client.grantDeviceCode, client.name, client.logoUri, client.clientUri, client.policyUri, client.tosUri, \
        client.jwksUri, client.jwks, client.idTokenSignedResponseAlg, client.userinfoSignedResponseAlg, client.tokenEndpointAuthMethod,       \
        client.tokenEndpointAuthSigningAlg, client.initiateLoginUri
#define CLIENT_COLUMNS "oauth2_client_id, " METADATA_COLUMNS ", is_static "

Client readClient(const Row& row) {
    Client client{.id = row.ulid(0),
                  .encryptedSecret = row.optionalText(1),
                  .applicationType = row.optionalText(2),
                  .redirectUris = row.texts(3),
                  .grantAuthorizationCode = row.boolean(4),
                  .grantRefreshToken = row.boolean(5),
                  .grantClientCredentials = row.boolean(6),
                  .grantDeviceCode = row.boolean(7),
                  .name = row.optionalText(8),
                  .logoUri = row.optionalText(9),
                  .clientUri = row.optionalText(10),
                  .policyUri = row.optionalText(11),
                  .tosUri = row.optionalText(12),
                  .jwksUri = row.optionalText(13),
                  .jwks = row.optionalText(14),
                  .idTokenSignedResponseAlg = row.optionalText(15),
                  .userinfoSignedResponseAlg = row.optionalText(16),
                  .tokenEndpointAuthMethod = row.optionalText(17),
                  .tokenEndpointAuthSigningAlg = row.optionalText(18),
                  .initiateLoginUri = row.optionalText(19),
                  .isStatic = row.boolean(20)};
    if (client.jwks && client.jwksUri) throw StorageInconsistent("oauth2_client: both jwks and jwks_uri");
    return client;
}

}  // namespace

constexpr Query kFind{"oauth2_client.find", "SELECT " CLIENT_COLUMNS "FROM oauth2_clients WHERE oauth2_client_id = $1::uuid"};

std::optional<Client> PgClientRepository::find(const Ulid& id) { return connection_.one(kFind, {id}, readClient); }

constexpr Query kFindByMetadataDigest{"oauth2_client.find_by_metadata_digest",
                                      "SELECT " CLIENT_COLUMNS "FROM oauth2_clients WHERE metadata_digest = $1::text AND encrypted_client_secret IS NULL"};

std::optional<Client> PgClientRepository::findByMetadataDigest(std::string_view digest) { return connection_.one(kFindByMetadataDigest, {digest}, readClient); }

constexpr Query kAdd{"oauth2_client.add", "INSERT INTO oauth2_clients (oauth2_client_id, " METADATA_COLUMNS ", is_static, metadata_digest, created_at) "
                                          "VALUES ($1::uuid, " METADATA_VALUES ", $21::boolean, $22::text, " LATCHKEY_INSTANT("$23") ") "
                                          "ON CONFLICT (metadata_digest) DO NOTHING"};

void PgClientRepository::add(const Client& client, const std::optional<std::string>& metadataDigest, Instant now) {
    const std::int64_t added = connection_.exec(kAdd, {METADATA_OF(client), client.isStatic, metadataDigest, now});
    if (added == 0) throw Conflict("oauth2_client.add: a client with this metadata exists", "oauth2_clients_metadata_digest_key");
}

// The digest was that of the metadata as first registered: nobody else may be given this client for it any more.
constexpr Query kUpdate{"oauth2_client.update", "UPDATE oauth2_clients SET (" METADATA_COLUMNS ", metadata_digest) = (" METADATA_VALUES ", NULL) "
                                                "WHERE oauth2_client_id = $1::uuid AND NOT is_static"};

bool PgClientRepository::update(const Client& client) { return connection_.exec(kUpdate, {METADATA_OF(client)}) == 1; }

// Whoever adds a session or a token meanwhile waits, and then finds the client or the session gone.
constexpr Query kLockForRemoval{"oauth2_client.lock_for_removal", R"sql(
    WITH client AS MATERIALIZED (SELECT oauth2_client_id FROM oauth2_clients WHERE oauth2_client_id = $1::uuid FOR UPDATE),
    sessions AS MATERIALIZED (
        SELECT oauth2_session_id FROM oauth2_sessions WHERE oauth2_client_id IN (SELECT oauth2_client_id FROM client) ORDER BY oauth2_session_id FOR UPDATE),
    personal AS MATERIALIZED (
        SELECT personal_session_id FROM personal_sessions WHERE owner_oauth2_client_id IN (SELECT oauth2_client_id FROM client) ORDER BY personal_session_id FOR UPDATE)
    SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM personal) FROM client)sql"};

constexpr Query kRemove{"oauth2_client.remove", R"sql(
    WITH sessions AS (DELETE FROM oauth2_sessions WHERE oauth2_client_id = $1::uuid RETURNING oauth2_session_id, user_id, finished_at),
    grants AS (DELETE FROM oauth2_authorization_grants WHERE oauth2_client_id = $1::uuid),
    refresh AS (DELETE FROM oauth2_refresh_tokens WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM sessions)),
    access AS (DELETE FROM oauth2_access_tokens WHERE oauth2_session_id IN (SELECT oauth2_session_id FROM sessions)),
    personal AS (DELETE FROM personal_sessions WHERE owner_oauth2_client_id = $1::uuid RETURNING personal_session_id, actor_user_id, revoked_at),
    personal_access AS (DELETE FROM personal_access_tokens WHERE personal_session_id IN (SELECT personal_session_id FROM personal)),
    client AS (DELETE FROM oauth2_clients WHERE oauth2_client_id = $1::uuid)
    SELECT user_id, count(*)
      FROM (SELECT user_id FROM sessions WHERE finished_at IS NULL UNION ALL SELECT actor_user_id FROM personal WHERE revoked_at IS NULL) AS ended
     GROUP BY user_id)sql"};

// The homeserver hears of the devices that go. All jobs in one round trip: a client may have had everybody.
constexpr Query kSyncDevices{"oauth2_client.sync_devices", R"sql(
    INSERT INTO queue_jobs (queue_job_id, queue_name, payload, created_at)
    SELECT id::uuid, 'sync-devices', jsonb_build_object('user_id', user_id), )sql" LATCHKEY_INSTANT("$3") R"sql(
      FROM unnest($1::text[], $2::text[]) AS job (id, user_id))sql"};

std::optional<std::int64_t> PgClientRepository::remove(const Ulid& id) {
    if (!connection_.one(kLockForRemoval, {id}, [](const Row&) { return true; })) return std::nullopt;
    const Instant now = currentTime();
    std::int64_t ended = 0;
    std::vector<std::string> jobs, names;
    for (const auto& [user, sessions] : connection_.all(kRemove, {id}, [](const Row& row) { return std::pair(row.optionalUlid(0), row.int64(1)); })) {
        ended += sessions;
        if (!user) continue;  // the client's own sessions
        jobs.push_back(newId(now).uuid());
        names.push_back(user->text());
    }
    if (!jobs.empty()) connection_.exec(kSyncDevices, {jobs, names, now});
    return ended;
}

// The lock is the one that a foreign key takes. To the day, so that what is registered again and again is not written each time.
constexpr Query kRenew{"oauth2_client.renew", R"sql(
    WITH client AS MATERIALIZED (SELECT oauth2_client_id FROM oauth2_clients WHERE oauth2_client_id = $1::uuid FOR KEY SHARE),
    renewed AS (
        UPDATE latchkey_client_registrations AS registration SET updated_at = )sql" LATCHKEY_INSTANT("$2") R"sql( FROM client
         WHERE registration.oauth2_client_id = client.oauth2_client_id
           AND registration.updated_at < )sql" LATCHKEY_INSTANT("$2") R"sql( - interval '1 day')
    SELECT FROM client)sql"};

bool PgClientRepository::renew(const Ulid& id, Instant now) {
    return connection_.one(kRenew, {id, now}, [](const Row&) { return true; }).has_value();
}

constexpr Query kAllStatic{"oauth2_client.all_static", "SELECT " CLIENT_COLUMNS "FROM oauth2_clients WHERE is_static ORDER BY oauth2_client_id"};

std::vector<Client> PgClientRepository::allStatic() { return connection_.all(kAllStatic, {}, readClient); }

// What a dynamic client registered with goes: nobody may manage a static one over HTTP.
constexpr Query kUpsertStatic{"oauth2_client.upsert_static", R"sql(
    WITH registration AS (DELETE FROM latchkey_client_registrations WHERE oauth2_client_id = $1::uuid)
    INSERT INTO oauth2_clients (oauth2_client_id, )sql" METADATA_COLUMNS R"sql(, is_static, created_at)
    VALUES ($1::uuid, )sql" METADATA_VALUES ", true, " LATCHKEY_INSTANT("$21") R"sql()
        ON CONFLICT (oauth2_client_id) DO UPDATE
       SET ()sql" METADATA_COLUMNS ", is_static, metadata_digest) = (" METADATA_VALUES ", true, NULL)"};

void PgClientRepository::upsertStatic(const Client& client, Instant now) { connection_.execOne(kUpsertStatic, {METADATA_OF(client), now}); }

constexpr Query kRegistration{"client_registration.find", "SELECT access_token_digest, metadata FROM latchkey_client_registrations WHERE oauth2_client_id = $1::uuid"};

std::optional<ClientRegistration> PgClientRepository::registration(const Ulid& id) {
    return connection_.one(kRegistration, {id}, [](const Row& row) { return ClientRegistration{.accessTokenDigest = row.text(0), .metadata = row.text(1)}; });
}

constexpr Query kSetRegistration{"client_registration.set", R"sql(
    INSERT INTO latchkey_client_registrations (oauth2_client_id, access_token_digest, metadata, updated_at)
    VALUES ($1::uuid, $2::text, $3::json, )sql" LATCHKEY_INSTANT("$4") R"sql()
        ON CONFLICT (oauth2_client_id) DO UPDATE
       SET access_token_digest = excluded.access_token_digest, metadata = excluded.metadata, updated_at = excluded.updated_at)sql"};

void PgClientRepository::setRegistration(const Ulid& id, const ClientRegistration& registration, Instant now) {
    connection_.execOne(kSetRegistration, {id, registration.accessTokenDigest, registration.metadata, now});
}

// The digest, because clients choose how long a jti is. Kept for ten minutes more than asked, for clocks that differ; each new one
// takes some out that are over, so that the table stays as small as its traffic.
constexpr Query kRememberAssertion{"client_assertion.remember", R"sql(
    WITH swept AS (
        DELETE FROM latchkey_client_assertions WHERE (oauth2_client_id, jti_digest) IN (
            SELECT oauth2_client_id, jti_digest FROM latchkey_client_assertions
             WHERE expires_at < clock_timestamp() - interval '10 minutes' AND NOT (oauth2_client_id = $1::uuid AND jti_digest = $2::text)
             ORDER BY expires_at LIMIT 5 FOR UPDATE SKIP LOCKED))
    INSERT INTO latchkey_client_assertions AS known (oauth2_client_id, jti_digest, expires_at)
    VALUES ($1::uuid, $2::text, )sql" LATCHKEY_INSTANT("$3") R"sql()
        ON CONFLICT (oauth2_client_id, jti_digest) DO UPDATE SET expires_at = excluded.expires_at
     WHERE known.expires_at < clock_timestamp() - interval '10 minutes')sql"};

bool PgClientRepository::rememberAssertion(const Ulid& clientId, std::string_view jti, Instant expiresAt) {
    return connection_.exec(kRememberAssertion, {clientId, tokenDigest(jti), expiresAt}) == 1;
}

}  // namespace latchkey::pg
