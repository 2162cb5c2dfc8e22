// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/compat/sso_login.h"
#include "domain/compat/token_repository.h"
#include "tests/plugins/compat/compat_world.h"
#include "tests/support/statements.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <thread>

namespace latchkey::compat {

class CompatLoginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatLoginTest);
    CPPUNIT_TEST(namesItsFlows);
    CPPUNIT_TEST(logsInWithAPassword);
    CPPUNIT_TEST(refusesWhatIsNoLogin);
    CPPUNIT_TEST(attack7_unknownUsersCostAndAreToldTheSame);
    CPPUNIT_TEST(tellsALockToWhoKnowsThePassword);
    CPPUNIT_TEST(saysHowLongToWait);
    CPPUNIT_TEST(replacesTheDevice);
    CPPUNIT_TEST(tellsOfEverySessionThatItReplaced);
    CPPUNIT_TEST(heedsThePolicyAndEvicts);
    CPPUNIT_TEST(endsTheSessionIfTheHomeserverFails);
    CPPUNIT_TEST(twoLogInsOfOneDeviceLeaveOneSession);
    CPPUNIT_TEST(logsInWithATokenOnce);
    CPPUNIT_TEST(refusesTokensThatAreNotGood);
    CPPUNIT_TEST(tellsOfLogInsAndOfThoseThatFailed);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_COMPAT_WORLD

    std::string live() { return world_->sql("SELECT count(*) FROM compat_sessions WHERE finished_at IS NULL"); }

    // What is no log-in at all is no event; a name is only told if nobody has it.
    void tellsOfLogInsAndOfThoseThatFailed() {
        if (!world_) return;
        const Ulid alice = world_->person();
        const auto events = [&] {
            const std::string all = world_->events.list({"ip", "via", "username", "method", "reason", "session_kind"});
            world_->events.all.clear();
            return all;
        };
        world_->call("POST", "login", "{}");
        CPPUNIT_ASSERT_EQUAL(std::string(), events());
        world_->logIn();
        CPPUNIT_ASSERT(world_->events.all.at(0).userId == alice && world_->events.all.at(0).sessionId->uuid() == world_->sql("SELECT compat_session_id FROM compat_sessions"));
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded ip=192.0.2.7 via=compat username=alice method=m.login.password session_kind=compat"), events());
        world_->logIn({}, "ALICE", "wrong");
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed ip=192.0.2.7 via=compat username=alice method=m.login.password reason=invalid_credentials"), events());
        world_->logIn({}, "nobody", "wrong");
        CPPUNIT_ASSERT_EQUAL(std::string("nobody"), world_->events.all.at(0).nameTried);
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed ip=192.0.2.7 via=compat method=m.login.password reason=invalid_credentials"), events());
        world_->call("POST", "login", R"({"type":"m.login.token","token":"unknown"})");
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed ip=192.0.2.7 via=compat method=m.login.token reason=invalid_credentials"), events());
        world_->sql("UPDATE users SET locked_at = now()");
        world_->logIn();
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed ip=192.0.2.7 via=compat username=alice method=m.login.password reason=locked"), events());
        world_->limits.wait = 7;
        world_->logIn();
        CPPUNIT_ASSERT_EQUAL(std::string("login.failed ip=192.0.2.7 via=compat method=m.login.password reason=rate_limited"), events());
    }

    void namesItsFlows() {
        if (!world_) return;
        const std::string rest = R"({"type":"m.login.sso","oauth_aware_preferred":true,"org.matrix.msc3824.delegated_oidc_compatibility":true},{"type":"m.login.token"}]})";
        CPPUNIT_ASSERT_EQUAL("{\"flows\":[{\"type\":\"m.login.password\"}," + rest, std::string(world_->call("GET", "login").content()));
        world_->hasher.on = false;
        CPPUNIT_ASSERT_EQUAL("{\"flows\":[" + rest, std::string(world_->call("GET", "login").content()));
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_UNKNOWN"), outcome(world_->logIn()));
    }

    void logsInWithAPassword() {
        if (!world_) return;
        world_->person();
        const http::Response answer = world_->logIn(R"(,"device_id":"a b/é","initial_device_display_name":"phone")");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(answer));
        CPPUNIT_ASSERT(member(answer, "access_token").starts_with("mct_"));
        CPPUNIT_ASSERT_EQUAL(std::string("a b/é @alice:example.com absent absent"), member(answer, "device_id") + " " + member(answer, "user_id") + " " + member(answer, "refresh_token") + " " + member(answer, "expires_in_ms"));
        CPPUNIT_ASSERT_EQUAL(std::string("alice a b/é phone"), world_->homeserver.devices.at(0));
        CPPUNIT_ASSERT_EQUAL(std::string("new:secret"), world_->sql("SELECT hashed_password FROM user_passwords ORDER BY version DESC LIMIT 1"));
        const auto found = world_->base.store().reading()->compatTokens().findAccess(member(answer, "access_token"));
        CPPUNIT_ASSERT(found && !found->token.expiresAt && found->session.humanName == "phone" && !found->session.isSynapseAdmin);
        const http::Response refreshable = world_->logIn(R"(,"refresh_token":true)", "@alice:example.com");
        CPPUNIT_ASSERT(member(refreshable, "refresh_token").starts_with("mcr_") && member(refreshable, "expires_in_ms") == "300000");
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), member(refreshable, "device_id").size());
        CPPUNIT_ASSERT_EQUAL(2, world_->activity.recorded.load());
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->call("POST", "login", R"({"type":"m.login.password","user":"ALICE","password":"secret"})")));
    }

    void refusesWhatIsNoLogin() {
        if (!world_) return;
        world_->person();
        const std::vector<std::pair<std::string, std::string>> cases = {
            {"", "400 M_NOT_JSON"}, {"{", "400 M_NOT_JSON"}, {"\"\xff\"", "400 M_NOT_JSON"}, {"[]", "400 M_BAD_JSON"}, {"{}", "400 M_BAD_JSON"},
            {R"({"type":1})", "400 M_BAD_JSON"}, {R"({"type":"m.login.dummy"})", "400 M_UNKNOWN"},
            {R"({"type":"m.login.application_service"})", "400 M_APPSERVICE_LOGIN_UNSUPPORTED"},
            {R"({"type":"m.login.password","password":"secret"})", "400 M_BAD_JSON"},
            {R"({"type":"m.login.password","user":"alice"})", "400 M_BAD_JSON"},
            {R"({"type":"m.login.password","user":"ali\u0000ce","password":"secret"})", "400 M_BAD_JSON"},
            {R"({"type":"m.login.password","identifier":{"type":"m.id.thirdparty","user":"alice"},"password":"secret"})", "400 M_UNKNOWN"},
            {R"({"type":"m.login.token"})", "400 M_BAD_JSON"},
        };
        for (const auto& [body, expected] : cases) CPPUNIT_ASSERT_EQUAL_MESSAGE(body, expected, outcome(world_->call("POST", "login", body)));
        for (const std::string& device : {std::string(), std::string(256, 'x')}) CPPUNIT_ASSERT_EQUAL(std::string("400 M_INVALID_PARAM"), outcome(world_->logIn(R"(,"device_id":")" + device + "\"")));
        http::Request form;
        form.headers.add("Content-Type", "text/plain");
        form.body = "{}";
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_NOT_JSON"), outcome(world_->send("POST", "login", form)));
        form.headers.set("Content-Type", "application/ld+json");
        CPPUNIT_ASSERT_EQUAL(std::string("400 M_BAD_JSON"), outcome(world_->send("POST", "login", form)));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }

    void attack7_unknownUsersCostAndAreToldTheSame() {
        if (!world_) return;
        world_->person();
        world_->person("gone");
        world_->base.user("bare");
        world_->sql("UPDATE users SET deactivated_at = now() WHERE username = 'gone'");
        world_->person("locked");
        world_->sql("UPDATE users SET locked_at = now() WHERE username = 'locked'");
        const std::string wrong(world_->logIn("", "alice", "wrong").content());
        const auto roundTrips = [&](const char* name) { return test::statementsOf([&] { world_->logIn("", name, "wrong"); }); };
        for (const char* name : {"nobody", "gone", "bare", "locked", "@nobody:example.com"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(name, roundTrips("alice"), roundTrips(name));
        for (const char* name : {"alice", "nobody", "gone", "bare", "locked", "@alice:elsewhere.example"}) {
            const int before = world_->hasher.hashed, limited = world_->limits.taken;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, wrong, std::string(world_->logIn("", name, "wrong").content()));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, before + 1, world_->hasher.hashed.load());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, limited + 2, world_->limits.taken.load());
        }
        CPPUNIT_ASSERT_EQUAL(wrong, std::string(world_->logIn("", "gone").content()));
    }

    void tellsALockToWhoKnowsThePassword() {
        if (!world_) return;
        world_->person();
        world_->sql("UPDATE users SET locked_at = now()");
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_USER_LOCKED"), outcome(world_->logIn()));
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->logIn("", "alice", "wrong")));
    }

    void saysHowLongToWait() {
        if (!world_) return;
        world_->person();
        world_->limits.wait = 7;
        const http::Response answer = world_->logIn();
        CPPUNIT_ASSERT_EQUAL(std::string("429 M_LIMIT_EXCEEDED 7000"), outcome(answer) + " " + member(answer, "retry_after_ms"));
        CPPUNIT_ASSERT(answer.headers.get("Retry-After") == "7" && world_->hasher.hashed == 0);
    }

    void replacesTheDevice() {
        if (!world_) return;
        world_->person();
        const std::string first = member(world_->logIn(R"(,"device_id":"PHONE")"), "access_token");
        CPPUNIT_ASSERT(!world_->policy.lastReplaced);
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->logIn(R"(,"device_id":"PHONE")")));
        CPPUNIT_ASSERT(world_->policy.lastReplaced && live() == "1");
        CPPUNIT_ASSERT_EQUAL(std::string("login.succeeded; session.ended; login.succeeded"), world_->events.list());
        const Event& ended = world_->events.all.at(1);
        CPPUNIT_ASSERT_EQUAL(world_->sql("SELECT compat_session_id FROM compat_sessions WHERE finished_at IS NOT NULL"), ended.sessionId->uuid());
        CPPUNIT_ASSERT_EQUAL(std::string("compat 192.0.2.7 alice replaced"), ended.via + ' ' + *ended.ip + ' ' + ended.username + ' ' + ended.reason);
        CPPUNIT_ASSERT(ended.sessionKind == SessionKind::compat && ended.actor == EventActor::user && !ended.count);
        CPPUNIT_ASSERT_EQUAL(std::string("401 M_UNKNOWN_TOKEN"), outcome(world_->call("POST", "logout", {}, first)));
    }

    void tellsOfEverySessionThatItReplaced() {
        if (!world_) return;
        const Ulid alice = world_->person();
        world_->logIn(R"(,"device_id":"PHONE")");
        const OAuthSession oauth = world_->base.session(alice);
        world_->sql("UPDATE oauth2_sessions SET scope_list = '{urn:matrix:client:device:PHONE}'");
        world_->logIn(R"(,"device_id":"TABLET")");
        world_->policy.violations = {{"banned", {}, {}, false, {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->logIn(R"(,"device_id":"PHONE")")));
        world_->policy.violations.clear();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("who is refused replaces nothing", std::string("login.succeeded; login.succeeded; login.failed"), world_->events.list());
        world_->events.all.clear();
        world_->homeserver.down = true;
        CPPUNIT_ASSERT_EQUAL(std::string("500 M_UNKNOWN"), outcome(world_->logIn(R"(,"device_id":"PHONE")")));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("they ended, whatever comes after", std::string("session.ended session_kind=compat; session.ended session_kind=oauth2; login.failed"),
                                     world_->events.list({"session_kind"}));
        CPPUNIT_ASSERT(world_->events.all.at(1).sessionId == oauth.id);
    }

    void heedsThePolicyAndEvicts() {
        if (!world_) return;
        world_->person();
        world_->logIn();
        world_->policy.violations = {{"banned", {}, {}, false, {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->logIn()));
        world_->policy.violations = {{"many", "too-many-sessions", {}, false, 1}};
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->logIn()));
        world_->settings.evict = true;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->logIn()));
        CPPUNIT_ASSERT(live() == "1" && world_->jobs() == "1" && world_->sql("SELECT count(*) FROM compat_sessions") == "2");
        world_->policy.violations.front().needToRemove = 2;
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->logIn()));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }

    void endsTheSessionIfTheHomeserverFails() {
        if (!world_) return;
        world_->person();
        world_->homeserver.down = true;
        CPPUNIT_ASSERT_EQUAL(std::string("500 M_UNKNOWN"), outcome(world_->logIn()));
        CPPUNIT_ASSERT(live() == "0" && world_->jobs() == "1");
    }

    void twoLogInsOfOneDeviceLeaveOneSession() {
        if (!world_) return;
        world_->person();
        std::vector<std::thread> threads;
        std::atomic<int> fine = 0;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] { fine += world_->logIn(R"(,"device_id":"PHONE")").status == 200 ? 1 : 0; });
        }
        for (std::thread& each : threads) each.join();
        CPPUNIT_ASSERT(fine >= 1);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), live());
    }

    std::string token(const Ulid& browser, const std::string& text) {
        const Instant now = currentTime();
        const CompatSsoLogin login{newId(now), "app://x", now, {}, {}, {}, {}};
        world_->base.commit([&](UnitOfWork& work) {
            work.compatSsoLogins().add(login, "untold-" + text);
            work.compatSsoLogins().fulfil(login.id, browser, text, now);
        });
        return R"({"type":"m.login.token","token":")" + text + "\"}";
    }

    void logsInWithATokenOnce() {
        if (!world_) return;
        const std::string body = token(world_->base.browserSession(world_->person()), "told");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome(world_->call("POST", "login", body)));
        CPPUNIT_ASSERT_EQUAL(std::string("m.login.token"), world_->policy.lastType);
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->call("POST", "login", body)));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM compat_sso_logins AS l JOIN compat_sessions AS s USING (compat_session_id) "
                                                           "WHERE l.exchanged_at IS NOT NULL AND s.user_session_id = l.user_session_id"));
    }

    void refusesTokensThatAreNotGood() {
        if (!world_) return;
        CPPUNIT_ASSERT_EQUAL(std::string("403 M_FORBIDDEN"), outcome(world_->call("POST", "login", R"({"type":"m.login.token","token":"x"})")));
        const std::vector<std::pair<std::string, std::string>> events = {
            {"UPDATE compat_sso_logins SET fulfilled_at = now() - interval '31 seconds'", "403 M_FORBIDDEN"},
            {"UPDATE compat_sso_logins SET fulfilled_at = NULL", "403 M_FORBIDDEN"},
            {"UPDATE user_sessions SET finished_at = now()", "403 M_FORBIDDEN"},
            {"UPDATE users SET deactivated_at = now()", "403 M_FORBIDDEN"},
            {"UPDATE users SET deactivated_at = NULL, locked_at = now()", "401 M_USER_LOCKED"},
        };
        int count = 0;
        for (const auto& [event, expected] : events) {
            const std::string name = "u" + std::to_string(++count);
            const std::string body = token(world_->base.browserSession(world_->person(name)), name);
            world_->sql(event);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(event, expected, outcome(world_->call("POST", "login", body)));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0"), live());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatLoginTest);

}  // namespace latchkey::compat
