// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/outgoing-http/support.h"
#include "tests/support/process.h"

#include <condition_variable>

namespace latchkey::outgoing {

using test::failure;
using test::get;
using test::ScriptedServer;

namespace {

std::vector<IpAddress> addresses(std::initializer_list<const char*> texts) {
    std::vector<IpAddress> made;
    for (const char* text : texts) made.push_back(IpAddress::parse(text).value());
    return made;
}

}  // namespace

// Requests to URLs that somebody outside has chosen. Every server here listens on loopback and must see no connection.
class ForeignUrlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ForeignUrlsTest);
    CPPUNIT_TEST(attack4_neverConnectsToPrivateAddresses);
    CPPUNIT_TEST(attack4_neverConnectsWhereANameLeadsInside);
    CPPUNIT_TEST(attack4_oneAddressInsideIsEnough);
    CPPUNIT_TEST(attack4_aNameThatRebindsStaysWhereItWasChecked);
    CPPUNIT_TEST(attack4_theSocketItselfIsChecked);
    CPPUNIT_TEST(attack4_neverFollowsARedirectInside);
    CPPUNIT_TEST(attack4_neverFollowsFromHttpsToHttp);
    CPPUNIT_TEST(connectsToTheCheckedAddressUnderTheName);
    CPPUNIT_TEST(reachesWhatIsAllowed);
    CPPUNIT_TEST(waitsForNamesUntilTheDeadlineOnly);
    CPPUNIT_TEST_SUITE_END();

    ScriptedServer inside_{ScriptedServer::answer(ScriptedServer::ok("inside"))};
    const std::string port_ = ":" + std::to_string(inside_.port());

    static std::string refusal(OutgoingHttp& http, const std::string& url) {
        OutgoingRequest request = get(url, true);
        request.redirects = 5;
        const std::string message = failure(http, request);
        CPPUNIT_ASSERT_MESSAGE(url, !message.empty());
        return message;
    }

public:
    void attack4_neverConnectsToPrivateAddresses() {
        CurlHttp http{OutgoingConfig{}};
        for (const char* host : {"127.0.0.1", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "0.0.0.0", "[::]", "10.0.0.1", "169.254.169.254", "192.168.0.1", "[fd00::1]", "[fe80::1]",
                                 "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "localhost", "LOCALHOST", "localhost."}) {
            refusal(http, std::string("http://") + host + port_ + "/jwks.json");
        }
        for (const char* user : {"example.org@", "a:b@"}) refusal(http, std::string("http://") + user + "127.0.0.1" + port_ + "/");
        CPPUNIT_ASSERT_EQUAL(0, inside_.connections());
    }

    void attack4_neverConnectsWhereANameLeadsInside() {
        for (const char* address : {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"}) {
            CurlHttp http{OutgoingConfig{}, [&](const std::string&) { return addresses({address}); }};
            CPPUNIT_ASSERT(refusal(http, "http://jwks.example" + port_ + "/").find("not public") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, inside_.connections());
    }

    void attack4_oneAddressInsideIsEnough() {
        CurlHttp http{OutgoingConfig{}, [&](const std::string&) { return addresses({"8.8.8.8", "2606:4700::1111", "127.0.0.1"}); }};
        CPPUNIT_ASSERT(refusal(http, "http://jwks.example" + port_ + "/").find("not public") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, inside_.connections());
    }

    // The name first leads where it may, then to another loopback address, where the same port listens: no request may arrive there,
    // neither the second (whose name is looked up again), nor any by what was remembered.
    void attack4_aNameThatRebindsStaysWhereItWasChecked() {
        ScriptedServer allowed(ScriptedServer::answer(ScriptedServer::ok("allowed")), "127.0.0.2", 0);
        ScriptedServer secret(ScriptedServer::answer(ScriptedServer::ok("secret")), "127.0.0.3", allowed.port());
        std::atomic<int> asked{0};
        CurlHttp http{test::allowing({"127.0.0.2"}), [&](const std::string&) { return ++asked == 1 ? addresses({"127.0.0.2"}) : addresses({"127.0.0.3"}); }};
        const std::string url = "http://jwks.example:" + std::to_string(allowed.port()) + "/";
        CPPUNIT_ASSERT_EQUAL(std::string("allowed"), http.send(get(url, true)).body);
        CPPUNIT_ASSERT_EQUAL(1, asked.load());  // not looked up by libcurl once more
        CPPUNIT_ASSERT(refusal(http, url).find("not public") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(1, allowed.connections());
        CPPUNIT_ASSERT_EQUAL(0, secret.connections());
    }

    // The gate of last resort, without the one before it: libcurl is told a private address as if it had been checked.
    void attack4_theSocketItselfIsChecked() {
        const OutgoingConfig config;
        Handle handle;
        const OutgoingRequest request = get("http://jwks.example" + port_ + "/", true);
        const Target target = Target::parse(request.url);
        const std::vector<IpAddress> wrong = addresses({"127.0.0.1"});
        curlInit();
        try {
            exchange(handle, config, {request, target, wrong, latchkey::test::nowMs() + 60'000, false});
            CPPUNIT_FAIL("connected");
        } catch (const OutgoingHttpError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find("not public") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, inside_.connections());
    }

    void attack4_neverFollowsARedirectInside() {
        std::string location;
        ScriptedServer outside([&](ScriptedServer& self, int fd, const std::string&) { return self.send(fd, ScriptedServer::redirect(location)); }, "127.0.0.2");
        CurlHttp http{test::allowing({"127.0.0.2"}), [&](const std::string& name) { return name == "outside.example" ? addresses({"127.0.0.2"}) : addresses({"127.0.0.1"}); }};
        int before = 0;
        for (const char* host : {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "inside.example", "user@127.0.0.1", "169.254.169.254"}) {
            location = std::string("http://") + host + port_ + "/";
            refusal(http, "http://outside.example:" + std::to_string(outside.port()) + "/");
            CPPUNIT_ASSERT_EQUAL(++before, outside.requests());
        }
        CPPUNIT_ASSERT_EQUAL(0, inside_.connections());
    }

    void attack4_neverFollowsFromHttpsToHttp() {
        const Target from = Target::parse("https://example.org/");
        CPPUNIT_ASSERT_THROW(from.redirected("http://example.org/"), OutgoingHttpError);
        CPPUNIT_ASSERT_THROW(from.redirected("http://127.0.0.1" + port_), OutgoingHttpError);
    }

    void connectsToTheCheckedAddressUnderTheName() {
        CurlHttp http{test::allowing({"127.0.0.0/8"}), [&](const std::string&) { return addresses({"127.0.0.1"}); }};
        CPPUNIT_ASSERT_EQUAL(std::string("inside"), http.send(get("http://jwks.example" + port_ + "/", true)).body);
        CPPUNIT_ASSERT(inside_.lastRequest().find("\r\nHost: jwks.example" + port_ + "\r\n") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("inside"), http.send(get("http://other.example" + port_ + "/", true)).body);
        CPPUNIT_ASSERT_EQUAL(std::string("inside"), http.send(get("http://jwks.example" + port_ + "/", true)).body);
    }

    void reachesWhatIsAllowed() {
        CurlHttp http{test::allowing({"127.0.0.0/8", "::1"})};
        for (const char* host : {"127.0.0.1", "[::ffff:127.0.0.1]", "localhost"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(host, 200, http.send(get(std::string("http://") + host + port_ + "/", true)).status);
    }

    void waitsForNamesUntilTheDeadlineOnly() {
        struct Gate {
            std::mutex mutex;
            std::condition_variable changed;
            bool open = false;
        };
        const auto gate = std::make_shared<Gate>();
        {
            CurlHttp http{OutgoingConfig{}, [gate](const std::string&) {
                              std::unique_lock lock(gate->mutex);
                              gate->changed.wait(lock, [&] { return gate->open; });
                              return std::vector<IpAddress>{};
                          }};
            OutgoingRequest request = get("http://slow.example/", true);
            request.timeoutMs = 100;
            CPPUNIT_ASSERT(failure(http, request).find("took too long") != std::string::npos);
            for (int i = 1; i < Resolver::kMostThreads; ++i) failure(http, [&] { request.timeoutMs = 1; return request; }());
            CPPUNIT_ASSERT(failure(http, request).find("too many names") != std::string::npos);
        }
        const std::lock_guard lock(gate->mutex);  // the threads outlive the object
        gate->open = true;
        gate->changed.notify_all();
    }

private:
    static void curlInit() { const CurlHttp once{OutgoingConfig{}}; }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ForeignUrlsTest);

}  // namespace latchkey::outgoing
