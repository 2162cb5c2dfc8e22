// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"
#include "tests/plugins/outgoing-http/scripted_server.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace latchkey::e2e {

namespace {

constexpr int kAtOnce = 4;
constexpr std::size_t kJobsAtOnce = 10;

int setting(const char* name, int fallback) {
    const char* value = std::getenv(name);
    return value == nullptr ? fallback : std::max(1, std::atoi(value));
}

// Of the process, in milliseconds.
double cpuOf(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    double user = 0, system = 0;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    fields >> user >> system;
    return (user + system) * 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Somebody with a browser, who registers.
class Newcomer {
public:
    Newcomer(int port, int number) : client_(port), name_("person" + std::to_string(number)) { client_.setTimeout(kLong); }

    std::string address() const { return name_ + "@example.org"; }

    /// Fills in the first form; true if the next page asks for the code.
    bool begins() {
        open("/register/password");
        const bool sent = submits("password_confirm", "username=" + name_ + "&email=" + name_ + "%40example.org&password=" + kPassword + "&password_confirm=" + kPassword);
        client_.close();  // reads mail next
        return sent && holds("name=\"code\"");
    }
    /// Types the code of the mail in, and goes on to the end.
    bool finishes(const std::string& code) { return submits("code", "code=" + code) && submits("display_name", "action=skip") && holds(name_); }

    const std::string& page() const { return page_; }

private:
    static constexpr const char* kPassword = "correct+horse+battery+staple";

    bool holds(const std::string& text) const { return page_.find(text) != std::string::npos; }

    void open(const std::string& path) { arrive(client_.exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookies() + "\r\n\r\n"), path); }

    // The form on the page, if it has that field.
    bool submits(const std::string& field, const std::string& values) {
        const std::string mark = "name=\"csrf\" value=\"";
        const std::size_t at = page_.find(mark);
        if (at == std::string::npos || (field != "display_name" && !holds("name=\"" + field + "\""))) return false;
        const std::string body = values + "&csrf=" + page_.substr(at + mark.size(), 43);
        arrive(client_.exchange("POST " + path_ + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookies() + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body), path_);
        return status_ == 200;
    }

    void arrive(const std::optional<test::HttpReply>& reply, const std::string& path) {
        status_ = reply ? reply->status : 0;
        page_ = reply ? reply->body : "no answer";
        path_ = path;
        if (!reply) return;
        for (const auto& [name, value] : reply->headers) {
            if (name == "set-cookie") cookies_[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
        }
        if (status_ != 303) return;
        const std::string location = reply->header("location");
        const std::size_t scheme = location.find("://");
        open(scheme == std::string::npos ? location : location.substr(location.find('/', scheme + 3)));
    }

    std::string cookies() const {
        std::string all;
        for (const auto& [name, value] : cookies_) all += (all.empty() ? "" : "; ") + name + "=" + value;
        return all;
    }

    test::HttpClient client_;
    const std::string name_;
    std::map<std::string, std::string> cookies_;
    std::string path_, page_;
    int status_ = 0;
};

}  // namespace

/// Many people register one after the other, and the mail server is away for a while in the midst of it. 50 people and five
/// seconds, or as many as LATCHKEY_TEST_REGISTRATIONS and LATCHKEY_TEST_MAIL_AWAY (in seconds) say.
class RegistrationsTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(RegistrationsTest);
    CPPUNIT_TEST(nobodyIsLostWhileTheMailServerIsAway);
    CPPUNIT_TEST_SUITE_END();

    std::string site(const std::string& homeserver, int mailPort) const {
        const std::string here = std::to_string(port());
        return "http:\n  public_base: http://localhost:" + here + "/\n  listeners:\n  - resources: [{name: human}, {name: assets}]\n    binds: [{address: '127.0.0.1:" + here + "'}]\n"
               "account: {password_registration_enabled: true, password_registration_email_required: true}\n"
               "passwords: {minimum_complexity: 0, schemes: [{version: 1, algorithm: bcrypt, cost: 4}]}\n"
               "rate_limiting: {registration: {burst: 100000, per_second: 10000}, registration_check: {burst: 100000, per_second: 10000}, email_authentication: {per_ip: {burst: 100000, per_second: 10000}, per_address: {burst: 1000, per_second: 100}}}\n"
               "email: {transport: smtp, mode: plain, hostname: localhost, port: " + std::to_string(mailPort) + "}\n"
               "matrix: {homeserver: example.com, endpoint: '" + homeserver + "', secret: s}\n";
    }

    static std::unique_ptr<test::Process> mailServer(const std::string& folder, int mailPort) {
        auto server = std::make_unique<test::Process>(test::Launch{.arguments = {"/usr/bin/python3", SMTP_SERVER, folder, std::to_string(mailPort)}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
        CPPUNIT_ASSERT_MESSAGE(server->errors(), server->await(" .\n", kLong));
        return server;
    }

    // Address and code of each mail in the folder.
    static void read(const std::string& folder, std::multimap<std::string, std::string>& codes) {
        for (int i = 1;; ++i) {
            std::ifstream header(folder + "/" + std::to_string(i) + ".header"), body(folder + "/" + std::to_string(i) + ".txt");
            if (!header || !body) return;
            std::string to, code;
            for (std::string line; std::getline(header, line);) {
                if (line.starts_with("To: ")) to = line.substr(4);
            }
            if (to.find('<') != std::string::npos) to = to.substr(to.find('<') + 1, to.find('>') - to.find('<') - 1);
            for (std::string word; code.empty() && body >> word;) {
                while (!word.empty() && std::ispunct(static_cast<unsigned char>(word.back())) != 0) word.pop_back();
                if (word.size() == 6 && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) code = word;
            }
            codes.emplace(to, code);
        }
    }

    // All of [from, to), a few at once; the pages of those for whom it did not work.
    static std::string each(std::size_t from, std::size_t to, const std::function<std::string(std::size_t)>& does) {
        std::atomic<std::size_t> next{from};
        std::mutex mutex;
        std::string failures;
        std::vector<std::thread> threads;
        for (int i = 0; i < kAtOnce; ++i) {
            threads.emplace_back([&] {
                for (std::size_t number = next++; number < to; number = next++) {
                    const std::string failure = does(number);
                    const std::lock_guard lock(mutex);
                    if (!failure.empty() && failures.size() < 10'000) failures += std::to_string(number) + ": " + failure + "\n";
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return failures;
    }

    void nobodyIsLostWhileTheMailServerIsAway() {
        if (!test::postgresAvailable()) return;
        using Homeserver = outgoing::test::ScriptedServer;
        const auto people = static_cast<std::size_t>(setting("LATCHKEY_TEST_REGISTRATIONS", 50));
        const int away = setting("LATCHKEY_TEST_MAIL_AWAY", 5) * 1000;
        const Homeserver homeserver(Homeserver::answer(Homeserver::ok("{}")));
        const test::TemporaryDirectory before, after;
        const int mailPort = test::freePort();
        auto mails = mailServer(before.path(), mailPort);
        const std::string database = Database::shared().create();
        const std::string base = configuration(Database::shared().uri(database), site(homeserver.url(), mailPort));
        directory().write("config.yaml", base.substr(0, base.rfind("matrix:")));
        requireCode(0, run({"database", "migrate"}));
        const auto server = started();
        const auto waiting = [&] { return Database::shared().admin("SELECT count(*) FROM queue_jobs WHERE queue_name LIKE 'send-%' AND status IN ('available', 'running', 'scheduled')", database); };

        const double cpuAtFirst = cpuOf(server->pid());
        const std::int64_t began = test::nowMs();
        std::vector<std::unique_ptr<Newcomer>> all;
        for (std::size_t i = 0; i < people; ++i) all.push_back(std::make_unique<Newcomer>(port(), static_cast<int>(i)));
        const auto begin = [&](std::size_t i) { return all[i]->begins() ? std::string() : all[i]->page(); };
        std::string failures = each(0, people / 3, begin);
        mails.reset();
        const std::int64_t gone = test::nowMs();
        failures += each(people / 3, people, begin);
        const double cpuOfBeginning = cpuOf(server->pid()) - cpuAtFirst;
        CPPUNIT_ASSERT_EQUAL(std::string(), failures);
        test::sleepMs(static_cast<int>(std::max<std::int64_t>(0, away - (test::nowMs() - gone))));
        CPPUNIT_ASSERT(std::stoul(waiting()) > 0);
        mails = mailServer(after.path(), mailPort);
        const std::int64_t back = test::nowMs();
        CPPUNIT_ASSERT_MESSAGE(waiting() + " mails wait", test::eventually([&] { return waiting() == "0"; }, away * 3 + kLong));
        const std::int64_t sent = test::nowMs();

        std::multimap<std::string, std::string> codes;
        read(before.path(), codes);
        read(after.path(), codes);
        for (const auto& each : all) CPPUNIT_ASSERT_MESSAGE(each->address(), codes.contains(each->address()));
        // What the server had taken and not yet confirmed when it went comes again: SMTP has no better.
        const std::size_t twice = codes.size() - people;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(twice) + " mails came twice", twice <= kJobsAtOnce);
        const double cpuBefore = cpuOf(server->pid());
        failures = each(0, people, [&](std::size_t i) { return all[i]->finishes(std::prev(codes.upper_bound(all[i]->address()))->second) ? std::string() : all[i]->page(); });
        CPPUNIT_ASSERT_EQUAL(std::string(), failures);
        const double cpuOfFinishing = cpuOf(server->pid()) - cpuBefore;
        CPPUNIT_ASSERT_EQUAL(std::to_string(people), Database::shared().admin("SELECT count(*) FROM users u JOIN user_emails USING (user_id) JOIN user_passwords USING (user_id)", database));
        std::fprintf(stderr, "%zu registrations, mail server away for %.1f s: begun and away %.1f s, all mails %.1f s after it was back, %zu twice, server's CPU per person %.2f ms to begin, %.2f ms to finish\n", people,
                     static_cast<double>(back - gone) / 1000, static_cast<double>(back - began) / 1000, static_cast<double>(sent - back) / 1000, twice, cpuOfBeginning / static_cast<double>(people), cpuOfFinishing / static_cast<double>(people));
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationsTest);

}  // namespace latchkey::e2e
