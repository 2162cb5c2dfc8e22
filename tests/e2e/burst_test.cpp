// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/load.h"
#include "tests/e2e/server.h"

#include <atomic>
#include <latch>
#include <thread>

namespace latchkey::e2e {

/// More people than the server has threads log in at the same moment.
class BurstTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(BurstTest);
    CPPUNIT_TEST(everybodyIsLetInAndOthersAreServed);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int kPeople = 60;

    static std::string post(const std::string& cookie, const std::string& body) {
        return "POST /login HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    void everybodyIsLetInAndOthersAreServed() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        const std::string at = std::to_string(port());
        const std::string http = "http:\n  public_base: http://localhost:" + at + "/\n  listeners:\n  - resources: [{name: discovery}, {name: human}]\n    binds: [{address: '127.0.0.1:" + at + "'}]\n";
        directory().write("config.yaml", configuration(Database::shared().uri(database), http) + "passwords: {hashing_threads: 1}\nrate_limiting: {login: {per_ip: {burst: 1000, per_second: 100}, per_account: {burst: 1000, per_second: 100}}}\n");
        requireCode(0, run({"database", "migrate"}));
        Database::shared().admin("INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), 'alice', now())", database);
        requireCode(0, run({"manage", "set-password", "alice", "correct horse battery staple"}));
        const auto server = started();

        std::latch ready(kPeople), go(1);
        std::atomic<int> letIn{0};
        std::vector<std::thread> people;
        for (int i = 0; i < kPeople; ++i) {
            people.emplace_back([&] {
                test::HttpClient client(port());
                client.setTimeout(kLong);
                const auto page = client.get("/login");
                ready.count_down();
                if (!page || page->status != 200) return;
                const std::string cookie = page->header("set-cookie").substr(0, page->header("set-cookie").find(';'));
                const std::string csrf = page->body.substr(page->body.find("name=\"csrf\" value=\"") + 19, 43);
                go.wait();
                const auto reply = client.exchange(post(cookie, "username=alice&password=correct+horse+battery+staple&csrf=" + csrf));
                if (reply && reply->status == 303) ++letIn;
            });
        }
        ready.wait();
        Load others(port(), "/.well-known/openid-configuration", 1);
        go.count_down();
        const bool served = others.awaitMore(200, 100, kLong);
        for (std::thread& each : people) each.join();
        const Load::Counts counts = others.stop();
        CPPUNIT_ASSERT_EQUAL(kPeople, letIn.load());
        CPPUNIT_ASSERT(served);
        CPPUNIT_ASSERT_EQUAL(counts.answered(), counts.status(200));
        CPPUNIT_ASSERT_EQUAL(std::to_string(kPeople), Database::shared().admin("SELECT count(*) FROM user_sessions", database));
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BurstTest);

}  // namespace latchkey::e2e
