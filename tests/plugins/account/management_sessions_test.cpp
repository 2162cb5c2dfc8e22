// SPDX-License-Identifier: Apache-2.0
#include "domain/activity.h"
#include "domain/clock.h"
#include "domain/compat/session_repository.h"
#include "domain/personal/session.h"
#include "domain/session/account_session.h"
#include "domain/user/browser_session.h"
#include "tests/plugins/account/browser.h"
#include "tests/support/fake_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class ManagementSessionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ManagementSessionsTest);
    CPPUNIT_TEST(sendsStrangersToLogInAndBack);
    CPPUNIT_TEST(showsWhatThereIs);
    CPPUNIT_TEST(followsTheLinksOfClients);
    CPPUNIT_TEST(listsSearchesAndTurnsPages);
    CPPUNIT_TEST(endsChosenSessionsWithTheirTokensAtOnce);
    CPPUNIT_TEST(endsEverythingElse);
    CPPUNIT_TEST(signsOutWhereThisBrowserIsAmongThem);
    CPPUNIT_TEST(renamesHereAndAtTheHomeserver);
    CPPUNIT_TEST(saysThatTheHomeserverDidNotTakeAName);
    CPPUNIT_TEST(showsWhoWasSignedOutFromElsewhere);
    CPPUNIT_TEST(refusesWhatIsTooLong);
    CPPUNIT_TEST(attack19_showsNamesAsTheyAre);
    CPPUNIT_TEST(attack20_needsTheBrowsersToken);
    CPPUNIT_TEST(attack23_touchesNobodyElsesSessions);
    CPPUNIT_TEST(attack36_changesNothingByGet);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static constexpr char kList[] = "/account/sessions";

    Ulid alice(Browser& browser) {
        const Ulid user = browser.person();
        browser.get("/login");
        browser.logIn();
        browser.get(kList);
        return user;
    }
    OAuthSession app(const Ulid& user, const std::string& device = "ABCDEFGHIJ") {
        OAuthSession made = world_->session(user);
        world_->sql("UPDATE oauth2_sessions SET scope_list = ARRAY['urn:matrix:client:device:" + device + "'], human_name = NULL WHERE oauth2_session_id = '" + made.id.uuid() + "'");
        return made;
    }
    Ulid old(const Ulid& user, const std::string& device = "OLDDEVICE") {
        CompatSession made;
        made.id = world_->id();
        made.userId = user;
        made.deviceId = device;
        made.createdAt = world_->now;
        world_->commit([&](UnitOfWork& work) { work.compatSessions().add(made); });
        return made.id;
    }
    std::int64_t live(const Ulid& user) { return world_->store().reading()->accountSessions().count(user); }
    static std::string key(SessionKind kind, const Ulid& id) { return std::string(nameOf(kind)) + ":" + id.text(); }

public:
    void sendsStrangersToLogInAndBack() {
        if (!world_) return;
        Browser browser(*world_);
        browser.person();
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=manage_account"), browser.header("Location", browser.get("/account/")));
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=manage_account&action=org.matrix.sessions_list"), browser.header("Location", browser.get(kList)));
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=manage_account&action=org.matrix.device_view&device_id=X%2F1&login_hint=mxid%3A%40alice%3Aexample.com"),
                             browser.header("Location", browser.get("/account/?action=org.matrix.device_view&device_id=X%2F1&org.matrix.msc4198.login_hint=mxid%3A%40alice%3Aexample.com")));
        browser.get("/login");
        CPPUNIT_ASSERT_EQUAL(std::string("/account/?action=sessions_list"), browser.header("Location", browser.logIn("alice", "?kind=manage_account&action=sessions_list")));
    }
    void showsWhatThereIs() {
        if (!world_) return;
        Browser browser(*world_);
        app(alice(browser));
        const auto page = browser.get("/account/");
        CPPUNIT_ASSERT(page.status == 200 && holds(page, "@alice:example.com") && holds(page, "Active: 2") && !holds(page, "reset-cross-signing"));
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        CPPUNIT_ASSERT(holds(browser.get("/account/"), "/account/reset-cross-signing"));
    }
    void followsTheLinksOfClients() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession session = app(user);
        const Ulid compat = old(user);
        const auto leads = [&](const std::string& query, const std::string& expected) { CPPUNIT_ASSERT_EQUAL_MESSAGE(query, expected, browser.header("Location", browser.get("/account/?action=" + query))); };
        for (const char* name : {"org.matrix.devices_list", "org.matrix.sessions_list", "sessions_list", "devices_list"}) leads(name, kList);
        for (const char* name : {"org.matrix.device_view", "org.matrix.session_view", "session_view", "device_view", "org.matrix.device_delete", "org.matrix.session_end", "session_end", "device_delete"}) {
            leads(std::string(name) + "&device_id=ABCDEFGHIJ", "/account/sessions/oauth2/" + session.id.text());
            leads(std::string(name) + "&device_id=OLDDEVICE", "/account/sessions/compat/" + compat.text());
            leads(std::string(name) + "&device_id=NOSUCH", std::string(kList) + "?done=not_found");
            leads(name, kList);
        }
        leads("org.matrix.cross_signing_reset", "/account/reset-cross-signing");
        CPPUNIT_ASSERT_EQUAL(200, browser.get("/account/?action=org.example.unheard_of").status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, live(user));
    }
    void listsSearchesAndTurnsPages() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        for (int i = 0; i < 24; ++i) old(user, "DEVICE" + std::to_string(i));
        const auto first = browser.get(kList);
        CPPUNIT_ASSERT(holds(first, "This browser"));
        const std::size_t link = first.body.find("/account/sessions?before=");
        CPPUNIT_ASSERT(link != std::string::npos);
        const auto second = browser.get(first.body.substr(link, first.body.find('"', link) - link));
        CPPUNIT_ASSERT(second.status == 200 && !holds(second, "rel=\"next\"") && holds(second, "DEVICE"));
        const auto found = browser.get(std::string(kList) + "?q=device17&kind=compat");
        CPPUNIT_ASSERT(holds(found, "DEVICE17") && !holds(found, "DEVICE16"));
        CPPUNIT_ASSERT(holds(browser.get(std::string(kList) + "?q=nothing%20like%20it"), "There is nothing here"));
        const auto query = browser.get(std::string(kList) + "?q=%22%3E%3Cscript%3E");
        CPPUNIT_ASSERT(!holds(query, "<script>") && holds(query, "&quot;&gt;&lt;script&gt;"));
    }
    void endsChosenSessionsWithTheirTokensAtOnce() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession chosen = app(user), kept = app(user, "OTHERDEVICE");
        world_->access(chosen.id, "mat_chosen");
        world_->access(kept.id, "mat_kept");
        const Ulid compat = old(user);
        const auto done = browser.post(kList, {{"action", "end"}, {"session", key(SessionKind::oauth2, chosen.id)}, {"session", key(SessionKind::compat, compat)}});
        CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=ended"), browser.header("Location", done));
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT(!work->tokens().findAccess("mat_chosen")->usableAt(currentTime()) && work->tokens().findAccess("mat_kept")->usableAt(world_->now));
        CPPUNIT_ASSERT(!work->compatSessions().find(compat)->active());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
        // The back button, and the same again: it is over already.
        CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=nothing"), browser.header("Location", browser.post(kList, {{"session", key(SessionKind::oauth2, chosen.id)}})));
        for (const char* odd : {"", "oauth2", "oauth2:", "oauth2:x", ":", "nothing:01ARZ3NDEKTSV4RRFFQ69G5FAV"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(odd, std::string("/account/sessions?done=nothing"), browser.header("Location", browser.post(kList, {{"session", odd}})));
        }
    }
    void endsEverythingElse() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        app(user);
        old(user);
        world_->browserSession(user);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, live(user));
        CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=ended"), browser.header("Location", browser.post(kList, {{"action", "end_others"}})));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
        CPPUNIT_ASSERT_EQUAL(200, browser.get(kList).status);
    }
    void signsOutWhereThisBrowserIsAmongThem() {
        if (!world_) return;
        for (const bool single : {false, true}) {
            Browser browser(*world_);
            const Ulid user = alice(browser);
            const Ulid session = Ulid::parseUuid(world_->sql("SELECT user_session_id FROM user_sessions WHERE finished_at IS NULL")).value();
            const auto done = single ? browser.post("/account/sessions/browser/" + session.text(), {{"action", "end"}}) : browser.post(kList, {{"session", key(SessionKind::browser, session)}});
            CPPUNIT_ASSERT_EQUAL(std::string("/login"), browser.header("Location", done));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, live(user));
            CPPUNIT_ASSERT(browser.header("Location", browser.get(kList)).starts_with("/login?"));
            world_->sql("UPDATE users SET username = user_id::text WHERE username = 'alice'");
        }
    }
    void renamesHereAndAtTheHomeserver() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        browser.homeserver = &homeserver;
        const Ulid user = alice(browser);
        const std::string page = "/account/sessions/oauth2/" + app(user).id.text();
        CPPUNIT_ASSERT_EQUAL(page + "?done=renamed", browser.header("Location", browser.post(page, {{"action", "rename"}, {"name", "  My laptop "}})));
        CPPUNIT_ASSERT(holds(browser.get(page + "?done=renamed"), "The name was saved.") && holds(browser.get(kList), "My laptop"));
        CPPUNIT_ASSERT(homeserver.calls == std::vector<std::string>{"rename alice ABCDEFGHIJ (My laptop)"});
        for (const std::string& name : {std::string(), std::string("   "), std::string(101, 'x')}) CPPUNIT_ASSERT(holds(browser.post(page, {{"action", "rename"}, {"name", name}}), "aria-invalid"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, homeserver.calls.size());
    }
    void saysThatTheHomeserverDidNotTakeAName() {
        if (!world_) return;
        Browser browser(*world_);
        test::FakeHomeserver homeserver;
        homeserver.before = [] { throw HomeserverError("it does not answer", HomeserverError::Reason::unreachable); };
        browser.homeserver = &homeserver;
        const std::string page = "/account/sessions/oauth2/" + app(alice(browser)).id.text();
        const std::string next = browser.header("Location", browser.post(page, {{"action", "rename"}, {"name", "Laptop"}}));
        CPPUNIT_ASSERT_EQUAL(page + "?done=renamed_here", next);
        CPPUNIT_ASSERT(holds(browser.get(next), "homeserver did not answer"));
    }
    void showsWhoWasSignedOutFromElsewhere() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession session = app(user);
        world_->sql("UPDATE user_sessions SET finished_at = now()");
        for (const auto& page : {browser.get(kList), browser.post(kList, {{"session", key(SessionKind::oauth2, session.id)}}), browser.get("/account/")}) {
            CPPUNIT_ASSERT(page.status == 200 && holds(page, "You were signed out"));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, live(user));
    }
    void refusesWhatIsTooLong() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string page = "/account/sessions/oauth2/" + app(alice(browser)).id.text();
        CPPUNIT_ASSERT_EQUAL(400, browser.get(std::string(kList) + "?q=" + std::string(101, 'a')).status);
        CPPUNIT_ASSERT_EQUAL(400, browser.post(page, {{"action", "rename"}, {"name", std::string(1001, 'x')}}).status);
        std::vector<std::pair<std::string, std::string>> many(101, {"session", "x"});
        CPPUNIT_ASSERT_EQUAL(400, browser.post(kList, many).status);
        for (const char* odd : {"/account/sessions/nothing/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/account/sessions/oauth2/x"}) CPPUNIT_ASSERT_EQUAL(400, browser.get(odd).status);
    }
    void attack19_showsNamesAsTheyAre() {
        if (!world_) return;
        Browser browser(*world_);
        const std::string evil = "<img src=x onerror=alert(1)>\"'{{csrf}}";
        const OAuthSession session = app(alice(browser), "\"><b>DEV");
        world_->sql("UPDATE oauth2_clients SET client_name = '" + std::string("<script>alert(1)</script>") + "'; UPDATE oauth2_sessions SET user_agent = '<b>agent</b>', human_name = '<i>mine</i>'");
        for (const std::string& target : {std::string(kList), "/account/sessions/oauth2/" + session.id.text()}) {
            const auto page = browser.get(target);
            for (const char* raw : {"<script>", "<b>", "<i>", "\"><b>"}) CPPUNIT_ASSERT_MESSAGE(target + raw, !holds(page, raw));
            CPPUNIT_ASSERT(holds(page, "&lt;i&gt;mine&lt;/i&gt;"));
        }
        const std::string page = "/account/sessions/oauth2/" + session.id.text();
        browser.post(page, {{"action", "rename"}, {"name", evil}});
        CPPUNIT_ASSERT(!holds(browser.get(page), "<img src=x") && holds(browser.get(page), "{{csrf}}"));
    }
    void attack20_needsTheBrowsersToken() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession session = app(user);
        const std::string page = "/account/sessions/oauth2/" + session.id.text();
        for (const auto& form : std::vector<std::vector<std::pair<std::string, std::string>>>{{{"action", "end"}, {"session", key(SessionKind::oauth2, session.id)}}, {{"action", "end_others"}}, {{"action", "rename"}, {"name", "x"}}}) {
            for (const std::string& target : {std::string(kList), page}) {
                CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(target, form).status);
                auto foreign = form;
                foreign.emplace_back("csrf", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
                CPPUNIT_ASSERT_EQUAL(400, browser.postWithoutToken(target, foreign).status);
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
    }
    void attack23_touchesNobodyElsesSessions() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid victim = world_->user("victim");
        const OAuthSession session = app(victim, "VICTIMDEVICE");
        const Ulid compat = old(victim, "VICTIMOLD"), tab = world_->browserSession(victim);
        alice(browser);
        const std::vector<std::pair<SessionKind, Ulid>> theirs = {{SessionKind::oauth2, session.id}, {SessionKind::compat, compat}, {SessionKind::browser, tab}};
        for (const auto& [kind, id] : theirs) {
            const std::string page = "/account/sessions/" + std::string(nameOf(kind)) + "/" + id.text();
            CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=not_found"), browser.header("Location", browser.get(page)));
            for (const char* action : {"end", "rename"}) CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=not_found"), browser.header("Location", browser.post(page, {{"action", action}, {"name", "mine"}})));
            CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=nothing"), browser.header("Location", browser.post(kList, {{"session", key(kind, id)}})));
        }
        for (const char* device : {"VICTIMDEVICE", "VICTIMOLD"}) CPPUNIT_ASSERT_EQUAL(std::string("/account/sessions?done=not_found"), browser.header("Location", browser.get(std::string("/account/?action=org.matrix.device_view&device_id=") + device)));
        browser.post(kList, {{"action", "end_others"}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, live(victim));
    }
    void attack36_changesNothingByGet() {
        if (!world_) return;
        Browser browser(*world_);
        const Ulid user = alice(browser);
        const OAuthSession session = app(user);
        browser.get("/account/sessions/oauth2/" + session.id.text() + "?action=end");
        browser.get(std::string(kList) + "?action=end&session=" + key(SessionKind::oauth2, session.id));
        browser.get("/account/?action=org.matrix.session_end&device_id=ABCDEFGHIJ");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, live(user));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ManagementSessionsTest);

}  // namespace latchkey::account
