// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/queue/cleanup_repository.h"
#include "domain/queue/job_repository.h"
#include "plugins/jobs/cleanup_handlers.h"
#include "plugins/jobs/schedules.h"
#include "tests/contract/oauth/world.h"
#include "tests/plugins/jobs/counting_context.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace latchkey::jobs {

namespace {

/// One clean-up: rows that are old enough go, younger ones and `kept` stay. In `insert` AGE is how long ago; it makes as many rows as
/// NUMBERS has.
struct Case {
    const char* name;
    const char* old;      ///< an interval
    const char* young;
    const char* insert;
    const char* counted;  ///< what must be left: after FROM
    const char* kept = "";
    int keptRows = 0;
};

// Parents that all of them share. ago() makes a ULID of that moment.
constexpr const char* kWorld = R"sql(
    CREATE FUNCTION ago(span interval) RETURNS uuid LANGUAGE sql AS
        $$ SELECT (lpad(to_hex((EXTRACT(epoch FROM now() - span) * 1000)::bigint), 12, '0') || substr(md5(random()::text || clock_timestamp()::text), 1, 20))::uuid $$;
    CREATE FUNCTION chance() RETURNS text LANGUAGE sql AS $$ SELECT md5(random()::text || clock_timestamp()::text) $$;
    INSERT INTO users (user_id, username, created_at) VALUES (ago('1 year'), 'alice', now());
    INSERT INTO user_emails (user_email_id, user_id, email, created_at) SELECT ago('1 year'), user_id, 'a@example.com', now() FROM users;
    INSERT INTO user_sessions (user_session_id, user_id, created_at) SELECT ago('1 year'), user_id, now() FROM users;
    INSERT INTO oauth2_clients (oauth2_client_id, grant_type_authorization_code, grant_type_refresh_token) VALUES (ago('1 year'), true, true);
    INSERT INTO oauth2_sessions (oauth2_session_id, user_id, user_session_id, oauth2_client_id, created_at, scope_list)
        SELECT ago('1 year'), user_id, user_session_id, oauth2_client_id, now(), '{openid}' FROM user_sessions, oauth2_clients;
    INSERT INTO upstream_oauth_providers (upstream_oauth_provider_id, scope, client_id, token_endpoint_auth_method, created_at) VALUES (ago('1 year'), 'openid', 'x', 'none', now());
)sql";

#define ROWS " FROM NUMBERS AS n"

constexpr Case kCases[] = {
    {"cleanup-revoked-oauth-access-tokens", "61 minutes", "59 minutes",
     "INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at, revoked_at)"
     " SELECT ago('2 hours'), oauth2_session_id, chance(), now() - interval '2 hours', now() - AGE" ROWS ", oauth2_sessions",
     "oauth2_access_tokens"},
    {"cleanup-revoked-oauth-refresh-tokens", "61 minutes", "59 minutes",
     "INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at, revoked_at)"
     " SELECT ago('2 hours'), oauth2_session_id, chance(), now() - interval '2 hours', now() - AGE" ROWS ", oauth2_sessions",
     "oauth2_refresh_tokens"},
    // The successor of the kept one has not been used: it shows whether somebody stole it.
    {"cleanup-consumed-oauth-refresh-tokens", "61 minutes", "59 minutes",
     "INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at, consumed_at)"
     " SELECT ago('2 hours'), oauth2_session_id, chance(), now() - interval '2 hours', now() - AGE" ROWS ", oauth2_sessions",
     "oauth2_refresh_tokens",
     "WITH next AS (INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at)"
     " SELECT ago('2 hours'), oauth2_session_id, chance(), now() FROM oauth2_sessions RETURNING *)"
     " INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, refresh_token, created_at, consumed_at, next_oauth2_refresh_token_id)"
     " SELECT ago('2 hours'), oauth2_session_id, chance(), now(), now() - interval '2 hours', oauth2_refresh_token_id FROM next", 2},
    {"cleanup-finished-compat-sessions", "31 days", "29 days",
     "WITH made AS (INSERT INTO compat_sessions (compat_session_id, user_id, created_at, finished_at) SELECT ago('1 year'), user_id, now(), now() - AGE" ROWS ", users RETURNING *),"
     " access AS (INSERT INTO compat_access_tokens (compat_access_token_id, compat_session_id, access_token, created_at) SELECT ago('1 year'), compat_session_id, chance(), now() FROM made RETURNING *),"
     " refresh AS (INSERT INTO compat_refresh_tokens (compat_refresh_token_id, compat_session_id, compat_access_token_id, refresh_token, created_at)"
     " SELECT ago('1 year'), compat_session_id, compat_access_token_id, chance(), now() FROM access)"
     " INSERT INTO compat_sso_logins (compat_sso_login_id, redirect_uri, login_token, compat_session_id, created_at) SELECT ago('1 year'), 'x', chance(), compat_session_id, now() FROM made",
     "compat_sessions JOIN compat_access_tokens USING (compat_session_id) JOIN compat_refresh_tokens USING (compat_session_id) JOIN compat_sso_logins USING (compat_session_id)",
     "INSERT INTO compat_sessions (compat_session_id, user_id, created_at) SELECT ago('1 year'), user_id, now() FROM users", 0},
    {"cleanup-finished-oauth2-sessions", "31 days", "29 days",
     "WITH made AS (INSERT INTO oauth2_sessions (oauth2_session_id, user_id, oauth2_client_id, created_at, finished_at, scope_list)"
     " SELECT ago('1 year'), user_id, oauth2_client_id, now(), now() - AGE, '{}'" ROWS ", users, oauth2_clients RETURNING *),"
     " access AS (INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at) SELECT ago('1 year'), oauth2_session_id, chance(), now() FROM made RETURNING *),"
     " grants AS (INSERT INTO oauth2_authorization_grants (oauth2_authorization_grant_id, oauth2_client_id, oauth2_session_id, redirect_uri, scope, response_mode, response_type_code,"
     " response_type_id_token, created_at, fulfilled_at, authorization_code) SELECT ago('1 day'), oauth2_client_id, oauth2_session_id, 'x', '', 'query', true, false, now(), now(), chance() FROM made)"
     " INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, oauth2_access_token_id, refresh_token, created_at)"
     " SELECT ago('1 year'), oauth2_session_id, oauth2_access_token_id, chance(), now() FROM access",
     "oauth2_sessions WHERE finished_at IS NOT NULL OR oauth2_session_id IN (SELECT oauth2_session_id FROM oauth2_access_tokens)"},
    // One with a session of OAuth stays: that is the kept one of the world, once it is finished.
    {"cleanup-finished-user-sessions", "31 days", "29 days",
     "WITH made AS (INSERT INTO user_sessions (user_session_id, user_id, created_at, finished_at) SELECT ago('1 year'), user_id, now(), now() - AGE" ROWS ", users RETURNING *)"
     " INSERT INTO user_session_authentications (user_session_authentication_id, user_session_id, created_at) SELECT ago('1 year'), user_session_id, now() FROM made",
     "user_sessions", "UPDATE user_sessions SET finished_at = now() - interval '1 year'", 1},
    {"cleanup-inactive-oauth2-session-ips", "31 days", "29 days",
     "INSERT INTO oauth2_sessions (oauth2_session_id, user_id, oauth2_client_id, created_at, scope_list, last_active_at, last_active_ip)"
     " SELECT ago('1 year'), user_id, oauth2_client_id, now(), '{}', now() - AGE, '192.0.2.1'" ROWS ", users, oauth2_clients",
     "oauth2_sessions WHERE last_active_ip IS NOT NULL"},
    {"cleanup-inactive-compat-session-ips", "31 days", "29 days",
     "INSERT INTO compat_sessions (compat_session_id, user_id, created_at, last_active_at, last_active_ip) SELECT ago('1 year'), user_id, now(), now() - AGE, '192.0.2.1'" ROWS ", users",
     "compat_sessions WHERE last_active_ip IS NOT NULL"},
    {"cleanup-inactive-user-session-ips", "31 days", "29 days",
     "INSERT INTO user_sessions (user_session_id, user_id, created_at, last_active_at, last_active_ip) SELECT ago('1 year'), user_id, now(), now() - AGE, '192.0.2.1'" ROWS ", users",
     "user_sessions WHERE last_active_ip IS NOT NULL"},
    {"cleanup-oauth-authorization-grants", "8 days", "6 days",
     "INSERT INTO oauth2_authorization_grants (oauth2_authorization_grant_id, oauth2_client_id, redirect_uri, scope, response_mode, response_type_code, response_type_id_token, created_at, authorization_code)"
     " SELECT ago(AGE), oauth2_client_id, 'x', '', 'query', true, false, now() - AGE, chance()" ROWS ", oauth2_clients",
     "oauth2_authorization_grants"},
    {"cleanup-oauth-authorization-grants", "11 minutes", "9 minutes",
     "INSERT INTO latchkey_pushed_requests (request_uri_digest, oauth2_client_id, parameters, expires_at) SELECT chance(), oauth2_client_id, '{}', now() - AGE" ROWS ", oauth2_clients",
     "latchkey_pushed_requests"},
    {"cleanup-oauth-authorization-grants", "11 minutes", "9 minutes",
     "INSERT INTO latchkey_client_assertions (oauth2_client_id, jti_digest, expires_at) SELECT oauth2_client_id, chance(), now() - AGE" ROWS ", oauth2_clients",
     "latchkey_client_assertions"},
    {"cleanup-oauth-device-code-grants", "8 days", "6 days",
     "INSERT INTO oauth2_device_code_grant (oauth2_device_code_grant_id, oauth2_client_id, scope, user_code, device_code, created_at, expires_at)"
     " SELECT ago(AGE), oauth2_client_id, '', chance(), chance(), now() - AGE, now()" ROWS ", oauth2_clients",
     "oauth2_device_code_grant"},
    {"cleanup-upstream-oauth-sessions", "8 days", "6 days",
     "INSERT INTO upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id, upstream_oauth_provider_id, state, created_at)"
     " SELECT ago(AGE), upstream_oauth_provider_id, chance(), now() - AGE" ROWS ", upstream_oauth_providers",
     "upstream_oauth_authorization_sessions",
     "WITH link AS (INSERT INTO upstream_oauth_links (upstream_oauth_link_id, upstream_oauth_provider_id, user_id, subject, created_at)"
     " SELECT ago('1 year'), upstream_oauth_provider_id, user_id, 'kept', now() FROM upstream_oauth_providers, users RETURNING *)"
     " INSERT INTO upstream_oauth_authorization_sessions (upstream_oauth_authorization_session_id, upstream_oauth_provider_id, upstream_oauth_link_id, state, created_at, completed_at, consumed_at, user_session_id)"
     " SELECT ago('1 year'), upstream_oauth_provider_id, upstream_oauth_link_id, chance(), now(), now(), now(), user_session_id FROM link, user_sessions", 1},
    {"cleanup-upstream-oauth-links", "8 days", "6 days",
     "INSERT INTO upstream_oauth_links (upstream_oauth_link_id, upstream_oauth_provider_id, subject, created_at)"
     " SELECT ago(AGE), upstream_oauth_provider_id, chance(), now() - AGE" ROWS ", upstream_oauth_providers",
     "upstream_oauth_links",
     "INSERT INTO upstream_oauth_links (upstream_oauth_link_id, upstream_oauth_provider_id, user_id, subject, created_at)"
     " SELECT ago('1 year'), upstream_oauth_provider_id, user_id, 'kept', now() FROM upstream_oauth_providers, users", 1},
    {"cleanup-user-registrations", "31 days", "29 days",
     "WITH made AS (INSERT INTO user_registrations (user_registration_id, username, created_at) SELECT ago(AGE), chance(), now() - AGE" ROWS " RETURNING *)"
     " INSERT INTO user_email_authentications (user_email_authentication_id, email, created_at, user_registration_id) SELECT ago('1 day'), 'x', now(), user_registration_id FROM made",
     "user_registrations JOIN user_email_authentications USING (user_registration_id)"},
    {"cleanup-user-recovery-sessions", "8 days", "6 days",
     "WITH made AS (INSERT INTO user_recovery_sessions (user_recovery_session_id, email, user_agent, locale, created_at) SELECT ago(AGE), 'x', '', 'en', now() - AGE" ROWS " RETURNING *)"
     " INSERT INTO user_recovery_tickets (user_recovery_ticket_id, user_recovery_session_id, user_email_id, ticket, created_at, expires_at)"
     " SELECT ago('1 day'), user_recovery_session_id, user_email_id, chance(), now(), now() FROM made, user_emails",
     "user_recovery_sessions JOIN user_recovery_tickets USING (user_recovery_session_id)"},
    {"cleanup-user-email-authentications", "8 days", "6 days",
     "WITH made AS (INSERT INTO user_email_authentications (user_email_authentication_id, email, created_at) SELECT ago(AGE), 'x', now() - AGE" ROWS " RETURNING *)"
     " INSERT INTO user_email_authentication_codes (user_email_authentication_code_id, user_email_authentication_id, code, created_at, expires_at)"
     " SELECT ago('1 day'), user_email_authentication_id, '123456', now(), now() FROM made",
     "user_email_authentications JOIN user_email_authentication_codes USING (user_email_authentication_id)"},
    // The last job of a schedule may go, too.
    {"cleanup-queue-jobs", "31 days", "29 days",
     "WITH made AS (INSERT INTO queue_jobs (queue_job_id, queue_name, created_at, status) SELECT ago(AGE), 'x', now() - AGE, (CASE WHEN n % 2 = 0 THEN 'failed' ELSE 'completed' END)::queue_job_status" ROWS
     " RETURNING *) INSERT INTO queue_schedules (schedule_name, last_scheduled_at, last_scheduled_job_id) SELECT chance(), now(), queue_job_id FROM made",
     "queue_jobs",
     "INSERT INTO queue_jobs (queue_job_id, queue_name, created_at, status) SELECT ago('1 year'), 'x', now(), status::queue_job_status FROM unnest('{available,scheduled,running}'::text[]) AS status", 3},
    {"cleanup-expired-oauth-access-tokens", "31 days", "29 days",
     "INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at, expires_at)"
     " SELECT ago('1 year'), oauth2_session_id, chance(), now() - interval '1 year', now() - AGE" ROWS ", oauth2_sessions",
     "oauth2_access_tokens",
     "INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at) SELECT ago('1 year'), oauth2_session_id, chance(), now() FROM oauth2_sessions", 1},
    // By number, not by age: the ten newest stay, here three young ones and seven kept ones.
    {"prune-stale-policy-data", "2 days", "1 minute", "INSERT INTO policy_data (policy_data_id, created_at, data) SELECT ago(AGE), now() - AGE, '{}'" ROWS, "policy_data",
     "INSERT INTO policy_data (policy_data_id, created_at, data) SELECT ago('1 day'), now(), '{}' FROM generate_series(1, 7)", 7},
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
    return text;
}

}  // namespace

class CleanupTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CleanupTest);
    CPPUNIT_TEST(eachRemovesWhatIsOldInBatchesAndKeepsTheRest);
    CPPUNIT_TEST(everyCleanUpOfTheScheduleIsTried);
    CPPUNIT_TEST(twoAtOnceTakeDifferentRows);
    CPPUNIT_TEST(theHandlerGoesOnUntilNothingIsLeftOrItIsToldToStop);
    CPPUNIT_TEST(knowsNoOtherName);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    void insert(const Case& each, const std::string& age, int rows) {
        const std::string numbers = "generate_series(1, " + std::to_string(rows) + ")";
        world_->sql(replaced(replaced(each.insert, "AGE", "interval '" + age + "'"), "NUMBERS", numbers));
    }
    std::int64_t clean(const char* name, int most) {
        std::int64_t removed = 0;
        world_->commit([&](UnitOfWork& work) { removed = work.cleanup().clean(name, currentTime(), most); });
        return removed;
    }
    std::string left(const Case& each) { return world_->sql(std::string("SELECT count(*) FROM ") + each.counted); }

public:
    void eachRemovesWhatIsOldInBatchesAndKeepsTheRest() {
        if (!world_) return;
        constexpr int kYoung = 3;
        for (const Case& each : kCases) {
            world_ = std::make_unique<contract::World>();
            world_->sql(kWorld);
            if (*each.kept != '\0') world_->sql(each.kept);
            insert(each, each.old, 5);
            insert(each, each.young, kYoung);
            for (const std::int64_t expected : {2, 2, 1, 0}) CPPUNIT_ASSERT_EQUAL_MESSAGE(each.counted, expected, clean(each.name, 2));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.counted, std::to_string(kYoung + each.keptRows), left(each));
        }
    }

    void everyCleanUpOfTheScheduleIsTried() {
        std::set<std::string> tried;
        for (const Case& each : kCases) tried.insert(each.name);
        for (const std::string& name : scheduleNames()) CPPUNIT_ASSERT_MESSAGE(name, tried.contains(name) || name == "expire-inactive-sessions" || name == kUnusedClients);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("those two have tests of their own", scheduleNames().size() - 2, tried.size());
    }

    void twoAtOnceTakeDifferentRows() {
        if (!world_) return;
        world_->sql(kWorld);
        insert(kCases[0], kCases[0].old, 4);
        const auto one = world_->store().begin();
        const auto two = world_->store().begin();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, one->cleanup().clean(kCases[0].name, currentTime(), 3));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it did not wait", std::int64_t{1}, two->cleanup().clean(kCases[0].name, currentTime(), 3));
        one->commit();
        two->commit();
        CPPUNIT_ASSERT_EQUAL(std::string("0"), left(kCases[0]));
    }

    void theHandlerGoesOnUntilNothingIsLeftOrItIsToldToStop() {
        if (!world_) return;
        world_->sql(kWorld);
        insert(kCases[0], kCases[0].old, 3'500);
        const auto handlers = cleanupHandlers(world_->store(), {});
        CPPUNIT_ASSERT_EQUAL(std::string(kCases[0].name), std::string(handlers[0]->queue()));
        CPPUNIT_ASSERT(handlers[0]->softLimit() > Duration{});
        CPPUNIT_ASSERT(handlers[0]->run("null", CountingContext(1)).kind == JobOutcome::Kind::done);
        CPPUNIT_ASSERT_EQUAL(std::string("2500"), left(kCases[0]));
        handlers[0]->run("null", CountingContext(100));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), left(kCases[0]));
    }

    void knowsNoOtherName() {
        if (!world_) return;
        CPPUNIT_ASSERT_THROW(clean("cleanup-everything", 1), StorageError);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CleanupTest);

}  // namespace latchkey::jobs
