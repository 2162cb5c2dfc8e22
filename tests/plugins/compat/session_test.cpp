// SPDX-License-Identifier: Apache-2.0
#include "kernel/metrics.h"
#include "tests/plugins/compat/compat_world.h"

#include <cppunit/extensions/HelperMacros.h>
#include <thread>

namespace latchkey::compat {

class CompatSessionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatSessionTest);
    CPPUNIT_TEST(refreshesOnce);
    CPPUNIT_TEST(refusesWhatIsNoRefresh);
    CPPUNIT_TEST(fiftyRefreshesHaveOneWinner);
    CPPUNIT_TEST(logsOut);
    CPPUNIT_TEST(logsOutEverywhere);
    CPPUNIT_TEST(attack24_noTokenSurvivesTheEndOfItsSession);
    CPPUNIT_TEST(countsInMetrics);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_COMPAT_WORLD

    http::Response refresh(const std::string& token) const { return world_->call("POST", "refresh", R"({"refresh_token":")" + token + "\"}"); }
    http::Response refreshable() {
        world_->person();
        return world_->logIn(R"(,"refresh_token":true)");
    }

    void refreshesOnce() {
        if (!world_) return;
        const http::Response first = refreshable();
        const http::Response second = refresh(member(first, "refresh_token"));
        CPPUNIT_ASSERT_EQUAL(std::string("200 300000"), outcome(second) + " " + member(second, "expires_in_ms"));
        CPPUNIT_ASSERT(member(second, "access_token").starts_with("mct_") && member(second, "refresh_token").starts_with("mcr_"));
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(refresh(member(first, "refresh_token"))));
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout", {}, member(first, "access_token"))));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh(member(second, "refresh_token"))));
    }

    void refusesWhatIsNoRefresh() {
        if (!world_) return;
        const http::Response first = refreshable();
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_NOT_JSON"), outcome(world_->call("POST", "refresh", "x")));
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_BAD_JSON"), outcome(world_->call("POST", "refresh", "{}")));
        for (const std::string& token : {std::string(), std::string("x"), member(first, "access_token"), std::string("syr_unknown")}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(token, std::string("401 M_UNKNOWN_TOKEN"), outcome(refresh(token)));
        }
        world_->base.keepPlain();
        world_->sql("UPDATE compat_refresh_tokens SET refresh_token = 'syr_imported'");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(refresh("syr_imported")));
    }

    void fiftyRefreshesHaveOneWinner() {
        if (!world_) return;
        const std::string token = member(refreshable(), "refresh_token");
        std::atomic<int> won = 0, lost = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&] {
                const std::string came = outcome(refresh(token));
                if (came == "200") ++won;
                if (came == "401 M_UNKNOWN_TOKEN") ++lost;
            });
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT_EQUAL(1, won.load());
        CPPUNIT_ASSERT_EQUAL(49, lost.load());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM compat_refresh_tokens WHERE consumed_at IS NULL"));
    }

    void logsOut() {
        if (!world_) return;
        const std::string token = member(refreshable(), "access_token");
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_MISSING_TOKEN"), outcome(world_->call("POST", "logout", {}, {}, "access_token=" + token)));
        http::Request basic;
        basic.headers.add("Authorization", "Basic " + token);
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_UNKNOWN"), outcome(world_->send("POST", "logout", basic)));
        for (const char* wrong : {"x", "mat_x", "syt_x"}) CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout", {}, wrong)));
        const http::Response answer = world_->call("POST", "logout", "not read", token);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), std::string(answer.content()));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->jobs());
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout", {}, token)));
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded username=alice session_kind=compat; session.ended username=alice reason=logout session_kind=compat"), world_->events.list({"username", "reason", "session_kind", "count"}));
    }

    void logsOutEverywhere() {
        if (!world_) return;
        const std::string token = member(refreshable(), "access_token"), other = member(world_->logIn(), "access_token");
        const std::string fine = R"({"io.element.only_compat_is_fine":true})";
        for (const char* body : {"", "{}", R"({"io.element.only_compat_is_fine":false})"}) CPPUNIT_ASSERT_EQUAL(std::string("404 M_UNRECOGNIZED"), outcome(world_->call("POST", "logout/all", body, token)));
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_NOT_JSON"), outcome(world_->call("POST", "logout/all", "x", token)));
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_MISSING_TOKEN"), outcome(world_->call("POST", "logout/all", fine)));
        world_->sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout/all", fine, token)));
        world_->sql("UPDATE users SET locked_at = NULL");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->call("POST", "logout/all", fine, token)));
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout", {}, other)));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->jobs());
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded; login.succeeded; session.ended reason=logout_all count=2"), world_->events.list({"reason", "count"}));
    }

    void attack24_noTokenSurvivesTheEndOfItsSession() {
        if (!world_) return;
        const http::Response made = refreshable();
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->call("POST", "logout", {}, member(made, "access_token"))));
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(refresh(member(made, "refresh_token"))));
    }

    void countsInMetrics() {
        if (!world_) return;
        const std::string token = member(refreshable(), "access_token");
        world_->logIn("", "alice", "wrong");
        world_->call("POST", "logout/all", {}, token);
        world_->call("POST", "logout", {}, token);
        MetricsWriter writer;
        world_->surface->metrics().collect(writer);
        for (const char* line : {"mas_compat_login_request_total{type=\"m.login.password\",result=\"success\"} 1", "mas_compat_login_request_total{result=\"error\"} 1",
                                 "mas_compat_logout_request_total{result=\"success\"} 1", "mas_compat_logout_all_request_total{result=\"not_supported\"} 1"}) {
            CPPUNIT_ASSERT_MESSAGE(std::string(line) + "\n" + writer.text(), writer.text().find(line) != std::string::npos);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatSessionTest);

}  // namespace latchkey::compat
