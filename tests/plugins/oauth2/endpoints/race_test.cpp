// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/oauth2/endpoints/provider_world.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <thread>

namespace latchkey::oauth2 {

class RaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RaceTest);
    CPPUNIT_TEST(attack1_fiftyRefreshesAtOnceGiveOnePair);
    CPPUNIT_TEST(attack1_aReplayEndsTheSession);
    CPPUNIT_TEST(attack2_fiftyExchangesAtOnceGiveOneTokenSet);
    CPPUNIT_TEST(attack2_laterReuseRevokes);
    CPPUNIT_TEST(knowsNoClientThatIsRemovedMeanwhile);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_PROVIDER_WORLD

    std::vector<http::Response> fifty(const Made& client, const Fields& form) {
        std::vector<http::Response> answers(50);
        std::atomic<bool> go{false};
        std::vector<std::thread> threads;
        for (http::Response& answer : answers) {
            threads.emplace_back([&] {
                while (!go) std::this_thread::yield();
                answer = world_->token(client, form);
            });
        }
        go = true;
        for (std::thread& each : threads) each.join();
        return answers;
    }

    std::string liveBranches(const Ulid& session) {
        return world_->base.sql("SELECT count(*) FROM oauth2_refresh_tokens WHERE consumed_at IS NULL AND revoked_at IS NULL AND oauth2_session_id = '" + session.uuid() + "'");
    }

    Fields refreshing(const http::Response& answer) { return {{"grant_type", "refresh_token"}, {"refresh_token", member(answer, "refresh_token")}}; }

    /// Whoever writes into `table` finds the client of that row removed.
    void removeClientBefore(const std::string& table) {
        world_->base.sql("CREATE OR REPLACE FUNCTION remove_client() RETURNS trigger LANGUAGE plpgsql AS "
                         "'BEGIN DELETE FROM oauth2_clients WHERE oauth2_client_id = NEW.oauth2_client_id; RETURN NEW; END';"
                         "CREATE TRIGGER removed BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION remove_client()");
    }

    void knowsNoClientThatIsRemovedMeanwhile() {
        if (!world_) return;
        const Made client = world_->client();
        for (const char* table : {"oauth2_sessions", "oauth2_device_code_grant", "latchkey_pushed_requests"}) removeClientBefore(table);
        const Fields asked = {{"grant_type", "client_credentials"}, {"response_type", "code"}, {"scope", "openid"}};
        for (const char* path : {"/oauth2/token", "/oauth2/device", "/oauth2/par"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string("401 invalid_client"), outcome(world_->post(path, asked, client.credentials())));
        }
    }

    void attack1_fiftyRefreshesAtOnceGiveOnePair() {
        if (!world_) return;
        const Made client = world_->client();
        const Allowed allowed = world_->allow(client, world_->base.user());
        const Fields form = refreshing(world_->token(client, world_->exchange(allowed)));
        std::set<std::string> pairs;
        const auto collect = [&](const http::Response& answer) {
            CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(answer));
            pairs.insert(member(answer, "access_token") + " " + member(answer, "refresh_token"));
        };
        for (const http::Response& each : fifty(client, form)) collect(each);
        world_->restart();
        for (const http::Response& each : fifty(client, form)) collect(each);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pairs.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), liveBranches(allowed.session));
    }

    void attack1_aReplayEndsTheSession() {
        if (!world_) return;
        const Made client = world_->client();
        const Allowed allowed = world_->allow(client, world_->base.user());
        const Fields stolen = refreshing(world_->token(client, world_->exchange(allowed)));
        const http::Response second = world_->token(client, stolen);
        const http::Response third = world_->token(client, refreshing(second));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(third));
        world_->restart();
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, stolen)));
        CPPUNIT_ASSERT(!active(world_->introspect(member(third, "access_token"))) && !active(world_->introspect(member(third, "refresh_token"))));
        CPPUNIT_ASSERT(world_->events.all.at(1).sessionId == allowed.session && world_->events.all.at(1).clientId == client.client.id);
        CPPUNIT_ASSERT_EQUAL(std::string("session.started actor=user username=alice method=authorization_code; session.ended actor=system reason=replay"), world_->events.list({"actor", "username", "method", "reason"}));
    }

    void attack2_fiftyExchangesAtOnceGiveOneTokenSet() {
        if (!world_) return;
        const Made client = world_->client();
        const Allowed allowed = world_->allow(client, world_->base.user());
        int succeeded = 0;
        for (const http::Response& each : fifty(client, world_->exchange(allowed))) {
            if (each.status == 200) ++succeeded;
            else CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(each));
        }
        CPPUNIT_ASSERT_EQUAL(1, succeeded);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), liveBranches(allowed.session));
    }

    void attack2_laterReuseRevokes() {
        if (!world_) return;
        const Made client = world_->client(), other = world_->client();
        const Allowed allowed = world_->allow(client, world_->base.user());
        const http::Response answer = world_->token(client, world_->exchange(allowed));
        const std::string access = member(answer, "access_token");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, world_->exchange(allowed))));
        CPPUNIT_ASSERT_MESSAGE("a retry at once", active(world_->introspect(access)));
        world_->base.sql("UPDATE oauth2_authorization_grants SET exchanged_at = exchanged_at - interval '1 minute'");
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(other, world_->exchange(allowed))));
        CPPUNIT_ASSERT_MESSAGE("another client's", active(world_->introspect(access)));
        CPPUNIT_ASSERT_EQUAL(std::string("400 invalid_grant"), outcome(world_->token(client, world_->exchange(allowed))));
        CPPUNIT_ASSERT(!active(world_->introspect(access)) && !active(world_->introspect(member(answer, "refresh_token"))));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RaceTest);

}  // namespace latchkey::oauth2
