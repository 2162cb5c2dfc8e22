// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/queue/cleanup_statements.h"

namespace latchkey::pg {

namespace {

constexpr Duration kTenMinutes = Duration::seconds(600);
constexpr Duration kHour = Duration::seconds(3600);
constexpr Duration kWeek = Duration::seconds(7 * 86'400);
constexpr Duration kMonth = Duration::seconds(30 * 86'400);
using By = CleanupStatement::By;

#define TIME LATCHKEY_INSTANT("$1")
#define ID "$1::uuid"
#define BATCH " LIMIT $2::bigint FOR UPDATE SKIP LOCKED) "
#define COUNT "SELECT count(*) FROM old"
// Rows of one table that nothing else needs.
#define DELETE_OLD(table, key, condition, order)                                                                              \
    "WITH old AS MATERIALIZED (SELECT " key " FROM " table " WHERE " condition " ORDER BY " order BATCH ", gone AS (DELETE FROM " table \
    " WHERE " key " IN (SELECT " key " FROM old)) " COUNT
#define FORGET_ADDRESS(table, key)                                                                                              \
    "WITH old AS MATERIALIZED (SELECT " key " FROM " table " WHERE last_active_ip IS NOT NULL AND last_active_at < " TIME     \
    " ORDER BY last_active_at" BATCH ", gone AS (UPDATE " table " SET last_active_ip = NULL WHERE " key " IN (SELECT " key " FROM old)) " COUNT
#define OF_OLD(table, key) "(DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM old))"

constexpr CleanupStatement kStatements[] = {
    {"cleanup-revoked-oauth-access-tokens", kHour, By::time, {"cleanup.revoked_access_tokens", DELETE_OLD("oauth2_access_tokens", "oauth2_access_token_id", "revoked_at < " TIME, "revoked_at")}},
    {"cleanup-revoked-oauth-refresh-tokens", kHour, By::time, {"cleanup.revoked_refresh_tokens", DELETE_OLD("oauth2_refresh_tokens", "oauth2_refresh_token_id", "revoked_at < " TIME, "revoked_at")}},
    // What a client might still show again, because it has not used the successor, stays: reuse is found by it.
    {"cleanup-consumed-oauth-refresh-tokens", kHour, By::time, {"cleanup.consumed_refresh_tokens",
     "WITH old AS MATERIALIZED (SELECT oauth2_refresh_token_id FROM oauth2_refresh_tokens AS token WHERE consumed_at < " TIME
     " AND (next_oauth2_refresh_token_id IS NULL OR EXISTS (SELECT FROM oauth2_refresh_tokens AS next"
     " WHERE next.oauth2_refresh_token_id = token.next_oauth2_refresh_token_id AND next.consumed_at IS NOT NULL)) ORDER BY consumed_at" BATCH
     ", gone AS " OF_OLD("oauth2_refresh_tokens", "oauth2_refresh_token_id") " " COUNT}},
    {"cleanup-finished-compat-sessions", kMonth, By::time, {"cleanup.compat_sessions",
     "WITH old AS MATERIALIZED (SELECT compat_session_id FROM compat_sessions WHERE finished_at < " TIME " ORDER BY finished_at" BATCH
     ", refresh AS " OF_OLD("compat_refresh_tokens", "compat_session_id") ", access AS " OF_OLD("compat_access_tokens", "compat_session_id")
     ", logins AS " OF_OLD("compat_sso_logins", "compat_session_id") ", gone AS " OF_OLD("compat_sessions", "compat_session_id") " " COUNT}},
    {"cleanup-finished-oauth2-sessions", kMonth, By::time, {"cleanup.oauth2_sessions",
     "WITH old AS MATERIALIZED (SELECT oauth2_session_id FROM oauth2_sessions WHERE finished_at < " TIME " ORDER BY finished_at" BATCH
     ", refresh AS " OF_OLD("oauth2_refresh_tokens", "oauth2_session_id") ", access AS " OF_OLD("oauth2_access_tokens", "oauth2_session_id")
     ", grants AS " OF_OLD("oauth2_authorization_grants", "oauth2_session_id") ", gone AS " OF_OLD("oauth2_sessions", "oauth2_session_id") " " COUNT}},
    {"cleanup-finished-user-sessions", kMonth, By::time, {"cleanup.user_sessions",
     "WITH old AS MATERIALIZED (SELECT user_session_id FROM user_sessions AS session WHERE finished_at < " TIME
     " AND NOT EXISTS (SELECT FROM oauth2_sessions AS other WHERE other.user_session_id = session.user_session_id)"
     " AND NOT EXISTS (SELECT FROM compat_sessions AS other WHERE other.user_session_id = session.user_session_id)"
     " AND NOT EXISTS (SELECT FROM oauth2_device_code_grant AS other WHERE other.user_session_id = session.user_session_id)"
     " ORDER BY finished_at" BATCH ", proofs AS " OF_OLD("user_session_authentications", "user_session_id") ", gone AS "
     OF_OLD("user_sessions", "user_session_id") " " COUNT}},
    {"cleanup-inactive-oauth2-session-ips", kMonth, By::time, {"cleanup.oauth2_session_ips", FORGET_ADDRESS("oauth2_sessions", "oauth2_session_id")}},
    {"cleanup-inactive-compat-session-ips", kMonth, By::time, {"cleanup.compat_session_ips", FORGET_ADDRESS("compat_sessions", "compat_session_id")}},
    {"cleanup-inactive-user-session-ips", kMonth, By::time, {"cleanup.user_session_ips", FORGET_ADDRESS("user_sessions", "user_session_id")}},
    {"cleanup-oauth-authorization-grants", kWeek, By::id, {"cleanup.authorization_grants",
     DELETE_OLD("oauth2_authorization_grants", "oauth2_authorization_grant_id", "oauth2_authorization_grant_id < " ID, "oauth2_authorization_grant_id")}},
    // Ours, which MAS leaves alone: whoever adds one removes a few, so that these are what is left when nobody comes any more.
    {"cleanup-oauth-authorization-grants", kTenMinutes, By::time, {"cleanup.pushed_requests", DELETE_OLD("latchkey_pushed_requests", "request_uri_digest", "expires_at < " TIME, "expires_at")}},
    {"cleanup-oauth-authorization-grants", kTenMinutes, By::time, {"cleanup.client_assertions",
     "WITH old AS MATERIALIZED (SELECT oauth2_client_id, jti_digest FROM latchkey_client_assertions WHERE expires_at < " TIME " ORDER BY expires_at" BATCH
     ", gone AS (DELETE FROM latchkey_client_assertions WHERE (oauth2_client_id, jti_digest) IN (SELECT oauth2_client_id, jti_digest FROM old)) " COUNT}},
    {"cleanup-oauth-device-code-grants", kWeek, By::id, {"cleanup.device_code_grants",
     DELETE_OLD("oauth2_device_code_grant", "oauth2_device_code_grant_id", "oauth2_device_code_grant_id < " ID, "oauth2_device_code_grant_id")}},
    {"cleanup-upstream-oauth-sessions", kWeek, By::id, {"cleanup.upstream_sessions",
     DELETE_OLD("upstream_oauth_authorization_sessions", "upstream_oauth_authorization_session_id",
                "user_session_id IS NULL AND upstream_oauth_authorization_session_id < " ID, "upstream_oauth_authorization_session_id")}},
    // One that a session still refers to goes after that session.
    {"cleanup-upstream-oauth-links", kWeek, By::id, {"cleanup.upstream_links",
     DELETE_OLD("upstream_oauth_links", "upstream_oauth_link_id",
                "user_id IS NULL AND upstream_oauth_link_id < " ID " AND NOT EXISTS (SELECT FROM upstream_oauth_authorization_sessions AS session"
                " WHERE session.upstream_oauth_link_id = upstream_oauth_links.upstream_oauth_link_id)", "upstream_oauth_link_id")}},
    {"cleanup-user-registrations", kMonth, By::id, {"cleanup.registrations", DELETE_OLD("user_registrations", "user_registration_id", "user_registration_id < " ID, "user_registration_id")}},
    {"cleanup-user-recovery-sessions", kWeek, By::id, {"cleanup.recovery_sessions",
     DELETE_OLD("user_recovery_sessions", "user_recovery_session_id", "user_recovery_session_id < " ID, "user_recovery_session_id")}},
    {"cleanup-user-email-authentications", kWeek, By::id, {"cleanup.email_authentications",
     DELETE_OLD("user_email_authentications", "user_email_authentication_id", "user_email_authentication_id < " ID, "user_email_authentication_id")}},
    {"cleanup-queue-jobs", kMonth, By::id, {"cleanup.queue_jobs", DELETE_OLD("queue_jobs", "queue_job_id", "status IN ('completed', 'failed') AND queue_job_id < " ID, "queue_job_id")}},
    {"cleanup-expired-oauth-access-tokens", kMonth, By::time, {"cleanup.expired_access_tokens", DELETE_OLD("oauth2_access_tokens", "oauth2_access_token_id", "expires_at < " TIME, "expires_at")}},
    {"prune-stale-policy-data", {}, By::none, {"cleanup.policy_data",
     "WITH old AS MATERIALIZED (SELECT policy_data_id FROM policy_data WHERE $1::text IS NULL AND policy_data_id NOT IN (SELECT policy_data_id FROM policy_data"
     " ORDER BY policy_data_id DESC LIMIT 10)" BATCH ", gone AS " OF_OLD("policy_data", "policy_data_id") " " COUNT}},
};

}  // namespace

std::span<const CleanupStatement> cleanupStatements() { return kStatements; }

}  // namespace latchkey::pg
