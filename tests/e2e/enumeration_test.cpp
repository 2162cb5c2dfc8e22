// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/authorization_request.h"
#include "tests/e2e/same_time.h"
#include "tests/e2e/server.h"

#include <cctype>
#include <map>
#include <set>

namespace latchkey::e2e {

namespace {

constexpr int kEach = 100;  // of each kind of four: 400 attempts
const std::string kRight = "correct horse battery staple";
const std::vector<std::string> kPeople = {"alice", "lucas", "nadia", "wally"};  // known, locked, without a password, unknown
const std::vector<std::string> kWhat = {"known", "locked", "no password", "unknown"};

std::string limit(const std::string& burst) { return "{burst: " + burst + ", per_second: 0.001}"; }

std::string without(std::string text, const std::string& part) {
    for (std::size_t at = text.find(part); !part.empty() && at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
    return text;
}

}  // namespace

/// Whether somebody is known here can be told neither by what is answered nor by how long that takes.
class EnumerationTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(EnumerationTest);
    CPPUNIT_TEST(theComparisonFindsADifference);
    CPPUNIT_TEST(attack7_logInsTakeAsLongForAllKindsOfPeople);
    CPPUNIT_TEST(attack7_matrixLogInsTakeAsLongForAllKindsOfPeople);
    CPPUNIT_TEST(attack7_recoveryTakesAsLongForAllKindsOfAddresses);
    CPPUNIT_TEST(attack7_addingAnAddressTakesAsLongWhoeverHasIt);
    CPPUNIT_TEST(attack7_theLimitAnswersAlike);
    CPPUNIT_TEST_SUITE_END();

    using Form = std::vector<std::pair<std::string, std::string>>;

    std::unique_ptr<test::Process> server_;
    std::unique_ptr<test::HttpClient> client_;
    std::map<std::string, std::string> cookies_;
    std::string token_;  // of the last form

    // Hashes are cheap, so that what differs beside them shows; limits are far away, or near.
    void serve(const std::string& burst = "1000000") {
        const std::string at = std::to_string(port()), database = Database::shared().create();
        const std::string http = "http:\n  public_base: http://localhost:" + at + "/\n  listeners:\n  - resources: [{name: human}, {name: compat}]\n"
                                 "    binds: [{address: '127.0.0.1:" + at + "'}]\n";
        directory().write("config.yaml", configuration(Database::shared().uri(database), http) +
            "passwords: {schemes: [{version: 1, algorithm: bcrypt, cost: 4}]}\n"
            "account: {password_recovery_enabled: true}\n"
            "rate_limiting:\n  login: {per_ip: " + limit("1000000") + ", per_account: " + limit(burst) + "}\n"
            "  account_recovery: {per_ip: " + limit("1000000") + ", per_address: " + limit(burst) + "}\n"
            "  email_authentication: {per_ip: " + limit("1000000") + ", per_address: " + limit(burst) + "}\n");
        requireCode(0, run({"database", "migrate"}));
        for (std::size_t i = 0; i < 3; ++i) {
            Database::shared().admin(
                "WITH made AS (INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), '" + kPeople[i] + "', now()) RETURNING user_id)"
                " INSERT INTO user_emails (user_email_id, user_id, email, created_at)"
                " SELECT gen_random_uuid(), user_id, '" + kPeople[i] + "@example.org', now() FROM made", database);
        }
        for (const char* name : {"alice", "lucas"}) requireCode(0, run({"manage", "set-password", name, kRight}));
        Database::shared().admin("UPDATE users SET locked_at = now() WHERE username = 'lucas'", database);
        server_ = started();
        client_ = std::make_unique<test::HttpClient>(port());
        cookies_.clear();
    }
    void over() {
        stop(*server_);
        server_.reset();
    }

    /// As a browser does: with its cookies, and the token of the form that it saw last.
    test::HttpReply exchange(const std::string& method, const std::string& path, const std::string& type, const std::string& body) {
        std::string cookies;
        for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "Cookie: " : "; ") + name + "=" + value;
        if (!cookies.empty()) cookies += "\r\n";
        auto reply = client_->exchange(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Browser/1\r\n" + cookies + "Content-Type: " + type +
                                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        CPPUNIT_ASSERT_MESSAGE(method + " " + path, reply.has_value());
        for (const auto& [name, value] : reply->headers) {
            const auto equals = value.find('=');
            if (name == "set-cookie") cookies_[value.substr(0, equals)] = value.substr(equals + 1, value.find(';') - equals - 1);
        }
        const std::string mark = "name=\"csrf\" value=\"";
        if (const auto at = reply->body.find(mark); at != std::string::npos) {
            const auto begin = at + mark.size();
            token_ = reply->body.substr(begin, reply->body.find('"', begin) - begin);
        }
        return *reply;
    }
    void look(const std::string& path) { CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 200, exchange("GET", path, "text/plain", "").status); }
    test::HttpReply post(const std::string& path, Form form) {
        form.emplace_back("csrf", token_);
        return exchange("POST", path, "application/x-www-form-urlencoded", formEncode(form));
    }
    test::HttpReply logIn(const std::string& name, const std::string& password) { return post("/login", {{"username", name}, {"password", password}}); }
    test::HttpReply matrixLogIn(const std::string& name, const std::string& password = "wrong horse") {
        return exchange("POST", "/_matrix/client/v3/login", "application/json",
                        R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")" + name + R"("},"password":")" + password + "\"}");
    }
    /// What a reply says, without what the asker said, and what is new each time.
    std::string words(const test::HttpReply& reply, const std::string& own) const {
        std::string target = reply.header("location");
        std::erase_if(target, [](unsigned char c) { return std::isupper(c) != 0 || std::isdigit(c) != 0; });  // ids
        return std::to_string(reply.status) + " " + target + " " + without(without(reply.body, own), token_);
    }
    void requireAlike(const std::function<test::HttpReply(const std::string& person)>& attempt, const std::vector<std::string>& people = kPeople) {
        std::vector<Kind> kinds;
        std::set<std::string> answers;
        for (std::size_t i = 0; i < people.size(); ++i) {
            answers.insert(words(attempt(people[i]), people[i]));
            kinds.push_back({people[i], [&attempt, person = people[i]] { attempt(person); }});
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(*answers.begin() + "\n" + *answers.rbegin(), std::size_t{1}, answers.size());
        CPPUNIT_ASSERT_EQUAL(std::string(), differInTime(kinds, kEach));
    }

    /// That everybody has so many attempts, and is told the same of the next.
    void requireLimitedAlike(int burst, const std::function<test::HttpReply(const std::string& person)>& attempt) {
        std::set<std::string> pages;
        for (std::size_t i = 0; i < kPeople.size(); ++i) {
            const std::string& person = kPeople[i];
            for (int used = 0; used < burst; ++used) CPPUNIT_ASSERT_MESSAGE(kWhat[i], words(attempt(person), person).find("Too many") == std::string::npos);
            pages.insert(words(attempt(person), person));
        }
        CPPUNIT_ASSERT_MESSAGE(*pages.begin(), pages.size() == 1 && pages.begin()->find("Too many") != std::string::npos);
    }

    void theComparisonFindsADifference() {
        // U = 66, mean 200, deviation √(400·41/12) = 36.97: z = 3.625.
        std::vector<double> low, high;
        for (int i = 0; i < 20; ++i) {
            low.push_back(i);
            high.push_back(i + 8.5);
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(1.0, mannWhitney(low, low), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.000289, mannWhitney(low, high), 0.000001);
        if (!test::postgresAvailable()) return;
        serve();
        look("/login");
        const std::vector<Kind> kinds = {{"a wrong password", [&] { logIn("alice", "wrong horse"); }}, {"none", [&] { logIn("alice", ""); }}};
        CPPUNIT_ASSERT_MESSAGE("an attempt without a hash is told from one with", differInTime(kinds, kEach).starts_with("a wrong password and none:"));
        over();
    }

    void attack7_logInsTakeAsLongForAllKindsOfPeople() {
        if (!test::postgresAvailable()) return;
        serve();
        look("/login");
        requireAlike([&](const std::string& person) { return logIn(person, "wrong horse"); });
        over();
    }

    void attack7_matrixLogInsTakeAsLongForAllKindsOfPeople() {
        if (!test::postgresAvailable()) return;
        serve();
        requireAlike([&](const std::string& person) {
            const test::HttpReply reply = matrixLogIn(person);
            CPPUNIT_ASSERT_EQUAL(403, reply.status);
            return reply;
        });
        over();
    }

    void attack7_recoveryTakesAsLongForAllKindsOfAddresses() {
        if (!test::postgresAvailable()) return;
        serve();
        look("/recover");
        requireAlike([&](const std::string& person) {
            const test::HttpReply reply = post("/recover", {{"email", person + "@example.org"}});
            CPPUNIT_ASSERT_EQUAL(303, reply.status);
            return reply;
        });
        over();
    }

    void attack7_addingAnAddressTakesAsLongWhoeverHasIt() {
        if (!test::postgresAvailable()) return;
        serve();
        look("/login");
        CPPUNIT_ASSERT_EQUAL(303, logIn("alice", kRight).status);
        look("/account/emails");
        requireAlike([&](const std::string& person) {
            const test::HttpReply reply = post("/account/emails", {{"email", person + "@example.org"}});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(reply.body, 303, reply.status);
            return reply;
        }, {"lucas", "nadia", "wally"});
        over();
    }

    // The address has room left; what is full is the account's, or the mail address's.
    void attack7_theLimitAnswersAlike() {
        if (!test::postgresAvailable()) return;
        constexpr int kBurst = 3;
        serve(std::to_string(kBurst));
        look("/login");
        requireLimitedAlike(kBurst, [&](const std::string& person) { return logIn(person, "wrong horse"); });
        std::set<std::string> errors;  // of the limit that is full now
        for (std::size_t i = 0; i < kPeople.size(); ++i) {
            const test::HttpReply limited = matrixLogIn(kPeople[i]);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(kWhat[i], 429, limited.status);
            errors.insert(without(limited.body, limited.body.substr(limited.body.find("retry_after_ms"))));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errors.size());
        look("/recover");
        requireLimitedAlike(kBurst, [&](const std::string& person) { return post("/recover", {{"email", person + "@example.org"}}); });
        over();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EnumerationTest);

}  // namespace latchkey::e2e
