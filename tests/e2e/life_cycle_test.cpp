// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/load.h"
#include "tests/e2e/notify_socket.h"
#include "tests/e2e/server.h"

#include <arpa/inet.h>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::e2e {

class LifeCycleTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(LifeCycleTest);
    CPPUNIT_TEST(startsOnAnEmptyDatabaseAndIsHealthy);
    CPPUNIT_TEST(tellsTheServiceManager);
    CPPUNIT_TEST(servesAnInheritedSocket);
    CPPUNIT_TEST(aPortThatIsTakenEndsTheStart);
    CPPUNIT_TEST(termUnderLoadLosesNoAnswer);
    CPPUNIT_TEST(aSecondTermDoesNotWait);
    CPPUNIT_TEST(interruptStopsLikeTerm);
    CPPUNIT_TEST(hangupReplacesTheCertificate);
    CPPUNIT_TEST(twoServersShareADatabase);
    CPPUNIT_TEST(embeddedServesWithoutAnyConfiguration);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        ServerFixture::setUp();
        if (test::postgresAvailable()) configure(Database::shared().uri(Database::shared().create()));
    }

private:
    void startsOnAnEmptyDatabaseAndIsHealthy() {
        const auto server = started();
        test::HttpClient client(port());
        const auto reply = client.get("/health");
        CPPUNIT_ASSERT(reply.has_value());
        CPPUNIT_ASSERT_EQUAL(200, reply->status);
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), reply->body.substr(0, 2));
        const auto discovery = client.get("/.well-known/openid-configuration");
        CPPUNIT_ASSERT(discovery.has_value());
        CPPUNIT_ASSERT_EQUAL(200, discovery->status);
        requireHolds(discovery->body, "\"issuer\"");
        const auto missing = client.get("/nowhere");
        CPPUNIT_ASSERT(missing.has_value());
        CPPUNIT_ASSERT_EQUAL(404, missing->status);
        stop(*server);
        CPPUNIT_ASSERT_EQUAL(0, health());
    }

    void tellsTheServiceManager() {
        NotifySocket manager(directory() / "notify");
        test::Launch with = launch({"server"});
        with.environment["NOTIFY_SOCKET"] = manager.path();
        with.environment["WATCHDOG_USEC"] = "100000";
        test::Process server(with);
        CPPUNIT_ASSERT(manager.await("READY=1", kLong));
        CPPUNIT_ASSERT_EQUAL(200, health());
        CPPUNIT_ASSERT(manager.await("WATCHDOG=1", kLong, 4));
        server.signal(SIGHUP);
        CPPUNIT_ASSERT(manager.await("RELOADING=1\nMONOTONIC_USEC=", kLong));
        CPPUNIT_ASSERT(manager.await("READY=1", kLong, 2));
        stop(server);
        CPPUNIT_ASSERT(manager.await("STOPPING=1", kLong));
        CPPUNIT_ASSERT_EQUAL("MAINPID=" + std::to_string(server.pid()), manager.messages().front());
        CPPUNIT_ASSERT(manager.indexOf("MAINPID=") < manager.indexOf("READY=1"));
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), manager.messages().back());
    }

    void servesAnInheritedSocket() {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port()));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CPPUNIT_ASSERT_EQUAL(0, ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
        CPPUNIT_ASSERT_EQUAL(0, ::listen(fd, 16));
        // Asked before the server runs: the answer comes when it does.
        test::HttpClient early(port());
        early.setTimeout(kLong);
        CPPUNIT_ASSERT(early.connect());
        CPPUNIT_ASSERT(early.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        Database& database = Database::shared();
        configure(database.uri(database.create()),
                  "http:\n  public_base: http://localhost/\n  listeners:\n  - resources: [{name: health}]\n    binds: [{fd: 0, kind: tcp}]\n");
        test::Launch with = launch({"server"});
        with.descriptors = {fd};
        with.environment["LISTEN_FDS"] = "1";
        const auto server = started(with);
        ::close(fd);
        const auto reply = early.receive();
        CPPUNIT_ASSERT_MESSAGE(server->errors(), reply.has_value());
        CPPUNIT_ASSERT_EQUAL(200, reply->status);
        stop(*server);
    }

    void aPortThatIsTakenEndsTheStart() {
        const auto server = started();
        const test::Finished second = run({"server"});
        requireCode(1, second);
        requireHolds(second.errors, std::to_string(port()));
        CPPUNIT_ASSERT_EQUAL(200, health());
        stop(*server);
    }

    void termUnderLoadLosesNoAnswer() {
        const auto server = started();
        Load load(port(), "/health", 16);
        CPPUNIT_ASSERT(load.awaitMore(200, 500, kLong));
        server->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(server->errors(), 0, server->wait(kLong).value_or(-1));
        const Load::Counts counts = load.stop();
        CPPUNIT_ASSERT_EQUAL(0, counts.cut);
        CPPUNIT_ASSERT_EQUAL(counts.answered(), counts.status(200));
        // A request may cross the end of its kept connection, unread; each client has one at most. Nothing that was read is lost.
        CPPUNIT_ASSERT_MESSAGE(std::to_string(counts.unanswered), counts.unanswered <= 16);
        const int logged = server->count("http.request");
        if (logged > 0) CPPUNIT_ASSERT_EQUAL(logged, counts.answered());
    }

    void aSecondTermDoesNotWait() {
        const auto server = started();
        test::HttpClient slow(port());
        CPPUNIT_ASSERT(slow.connect());
        CPPUNIT_ASSERT(slow.send("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"));
        server->signal(SIGTERM);
        CPPUNIT_ASSERT(server->await("server.stopping", kLong));
        server->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(server->errors(), 0, server->wait(10'000).value_or(-1));
    }

    void interruptStopsLikeTerm() {
        const auto server = started();
        server->signal(SIGINT);
        CPPUNIT_ASSERT_EQUAL(0, server->wait(kLong).value_or(-1));
    }

    void makeCertificate(const std::string& name) {
        test::Launch openssl;
        openssl.arguments = {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                             "-subj", "/CN=" + name, "-keyout", directory() / "key.pem", "-out", directory() / "certificate.pem"};
        requireCode(0, test::run(openssl));
    }

    std::string fingerprint() {
        test::HttpClient client(port());
        client.useTls();
        return client.connect() ? client.certificateFingerprint() : std::string();
    }

    void hangupReplacesTheCertificate() {
        makeCertificate("first");
        Database& database = Database::shared();
        configure(database.uri(database.create()), httpSection() + "    tls: {certificate_file: " + (directory() / "certificate.pem") + ", key_file: " + (directory() / "key.pem") + "}\n");
        const auto server = started();
        test::HttpClient kept(port());
        kept.useTls();
        const auto before = kept.get("/health");
        CPPUNIT_ASSERT_MESSAGE(server->errors(), before.has_value());
        const std::string first = kept.certificateFingerprint();
        CPPUNIT_ASSERT_EQUAL(first, fingerprint());
        makeCertificate("second");
        server->signal(SIGHUP);
        CPPUNIT_ASSERT_MESSAGE(server->errors(), test::eventually([&] { return !fingerprint().empty() && fingerprint() != first; }, kLong));
        const auto after = kept.get("/health");
        CPPUNIT_ASSERT_MESSAGE("the connection that was open was dropped", after.has_value());
        // A broken one is refused and the good one stays.
        const std::string second = fingerprint();
        directory().write("certificate.pem", "no certificate\n");
        server->signal(SIGHUP);
        CPPUNIT_ASSERT(server->await("server.reload_failed", kLong));
        CPPUNIT_ASSERT_EQUAL(second, fingerprint());
        stop(*server);
    }

    void twoServersShareADatabase() {
        const auto first = started();
        const std::string text = test::readText(directory() / "config.yaml");
        const int other = test::freePort();
        std::string moved = text;
        const std::string bind = "127.0.0.1:" + std::to_string(port());
        moved.replace(moved.find(bind), bind.size(), "127.0.0.1:" + std::to_string(other));
        const std::string file = directory().write("other.yaml", moved);
        const auto second = started(launch({"-c", file, "server"}));
        CPPUNIT_ASSERT_EQUAL(200, health());
        test::HttpClient client(other);
        const auto reply = client.get("/health");
        CPPUNIT_ASSERT(reply.has_value());
        CPPUNIT_ASSERT_EQUAL(200, reply->status);
        stop(*second);
        stop(*first);
    }

    void embeddedServesWithoutAnyConfiguration() {
        if (!test::postgresAvailable()) return;
        ::unlink((directory() / "config.yaml").c_str());
        const std::string data = directory() / "data";
        test::Process server(launch({"server", "--embedded=" + data}));
        const bool serves = server.await("Latchkey serves http://localhost:", kLong);
        CPPUNIT_ASSERT_MESSAGE(server.errors(), serves);
        const std::string line = server.output().substr(server.output().find("http://localhost:") + 17);
        test::HttpClient client(std::atoi(line.c_str()));
        const auto discovery = client.get("/.well-known/openid-configuration");
        CPPUNIT_ASSERT_MESSAGE(server.errors(), discovery.has_value());
        CPPUNIT_ASSERT_EQUAL(200, discovery->status);
        requireLacks(server.errors(), "unknown key");
        const test::Finished status = run({"-c", data + "/config.yaml", "database", "status"});
        requireCode(0, status);
        stop(server);
        requireCode(0, run({"-c", data + "/config.yaml", "database", "status"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LifeCycleTest);

}  // namespace latchkey::e2e
