// SPDX-License-Identifier: Apache-2.0
#include "domain/personal/session.h"
#include "tests/contract/oauth/round_trips.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>
#include <libpq-fe.h>

namespace latchkey::contract {

/// What the hot look-ups cost: round trips, and plans on tables of some size.
class CostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CostTest);
    CPPUNIT_TEST(aLookUpForReadingIsOneRoundTrip);
    CPPUNIT_TEST(aRefreshIsThreeRoundTrips);
    CPPUNIT_TEST(looksUpByIndexesOnly);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    /// A store with one connection, so that a test can look at what goes over it.
    struct Narrow {
        explicit Narrow(const std::string& conninfo) : pool(pg::ConnectOptions::parse(conninfo), limits()), store(pool) {}
        static pg::PoolLimits limits() {
            pg::PoolLimits one;
            one.maxConnections = 1;
            return one;
        }
        pg::Pool pool;
        pg::PgStore store;
    };

    void aLookUpForReadingIsOneRoundTrip() {
        if (!world_) return;
        const Ulid user = world_->user();
        world_->access(world_->session(user).id, "mat_a_1");
        const PersonalSession personal{world_->id(), user, {}, user, "Robot", scope("openid"), world_->now, {}};
        world_->commit([&](UnitOfWork& work) {
            work.personalSessions().add(personal);
            work.personalSessions().addToken({world_->id(), personal.id, world_->now, {}, {}}, "mpt_1");
        });
        Narrow narrow(world_->conninfo());
        for (int i = 0; i < 3; ++i) {  // the first prepares
            CPPUNIT_ASSERT_EQUAL(1, roundTrips(narrow.pool, [&] { CPPUNIT_ASSERT(narrow.store.reading()->tokens().findAccess("mat_a_1").has_value()); }));
            CPPUNIT_ASSERT_EQUAL(1, roundTrips(narrow.pool, [&] { CPPUNIT_ASSERT(narrow.store.reading()->personalSessions().findAccess("mpt_1").has_value()); }));
        }
    }

    void aRefreshIsThreeRoundTrips() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        RefreshToken presented = world_->refresh(session.id, world_->access(session.id, "mat_0").id, "mar_0");
        Narrow narrow(world_->conninfo());
        for (int i = 0; i < 3; ++i) {
            const int found = roundTrips(narrow.pool, [&] {
                const auto work = narrow.store.begin();
                presented = work->tokens().findRefresh("mar_" + std::to_string(i))->token;
                TokenRotation rotation;
                rotation.presentedId = presented.id;
                rotation.presentedAccessId = presented.accessTokenId;
                rotation.sessionId = session.id;
                rotation.access = {.id = world_->id(), .sessionId = session.id, .createdAt = world_->now, .expiresAt = {}, .revokedAt = {}, .firstUsedAt = {}};
                rotation.accessText = "mat_" + std::to_string(i + 1);
                rotation.refresh.id = world_->id();
                rotation.refresh.createdAt = world_->now;
                rotation.refreshText = "mar_" + std::to_string(i + 1);
                rotation.now = world_->now;
                CPPUNIT_ASSERT(work->tokens().rotate(rotation));
                work->commit();
            });
            CPPUNIT_ASSERT_EQUAL(3, found);
        }
    }

    void looksUpByIndexesOnly() {
        if (!world_) return;
        fill();
        Narrow narrow(world_->conninfo());
        {
            const auto work = narrow.store.reading();
            work->tokens().findAccess("mat_a_1");
            work->tokens().findRefresh("mar_a_1");
            work->authorizationGrants().findByCode("code");
            work->deviceCodeGrants().findByDeviceCode("device");
            work->deviceCodeGrants().findByUserCode("user");
        }
        const pg::Lease lease = narrow.pool.acquire();
        lease->script("generic plans", "SET plan_cache_mode = force_generic_plan");
        for (const char* call : {"\"oauth2_access_token.find_by_text\"('a', 'b')", "\"oauth2_refresh_token.find_by_text\"('a', 'b')"}) {
            const std::string plan = explain(lease->raw(), call);
            CPPUNIT_ASSERT_MESSAGE(plan, plan.find("Index Scan") != std::string::npos && plan.find("Seq Scan") == std::string::npos && plan.find("Bitmap") == std::string::npos);
        }
        // Tables that are small here, and so read whole unless that is switched off: is there an index at all?
        lease->script("indexes", "SET enable_seqscan = off");
        for (const char* call : {"\"oauth2_authorization_grant.find_by_code\"('a', 'b')", "\"oauth2_device_code_grant.find_by_device_code\"('a', 'b')",
                                        "\"oauth2_device_code_grant.find_by_user_code\"('a')"}) {
            const std::string plan = explain(lease->raw(), call);
            CPPUNIT_ASSERT_MESSAGE(plan, plan.find("Seq Scan") == std::string::npos);
        }
        lease->taint();
    }

    void fill() {
        const std::string client = "'" + world_->client().uuid() + "'";
        world_->sql("INSERT INTO users (user_id, username, created_at) SELECT md5('u' || i)::uuid, 'user' || i, now() FROM generate_series(1, 20000) AS i;"
                    "INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, user_id, scope_list, created_at) "
                    "SELECT md5('s' || i)::uuid, " + client + ", md5('u' || i)::uuid, '{openid}', now() FROM generate_series(1, 20000) AS i;"
                    "INSERT INTO latchkey_oauth2_sessions (oauth2_session_id, access_token_lifetime_seconds) SELECT oauth2_session_id, 600 FROM oauth2_sessions;"
                    "INSERT INTO oauth2_access_tokens (oauth2_access_token_id, oauth2_session_id, access_token, created_at) "
                    "SELECT md5('a' || i)::uuid, md5('s' || i)::uuid, 'mat_' || i, now() FROM generate_series(1, 20000) AS i;"
                    "INSERT INTO oauth2_refresh_tokens (oauth2_refresh_token_id, oauth2_session_id, oauth2_access_token_id, refresh_token, created_at) "
                    "SELECT md5('r' || i)::uuid, md5('s' || i)::uuid, md5('a' || i)::uuid, 'mar_' || i, now() FROM generate_series(1, 20000) AS i;"
                    "ANALYZE");
    }

    static std::string explain(PGconn* connection, const char* call) {
        PGresult* const result = PQexec(connection, (std::string("EXPLAIN EXECUTE ") + call).c_str());
        std::string plan = PQresultErrorMessage(result);
        for (int row = 0; row < PQntuples(result); ++row) plan += std::string(PQgetvalue(result, row, 0)) + "\n";
        PQclear(result);
        return plan;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CostTest);

}  // namespace latchkey::contract
