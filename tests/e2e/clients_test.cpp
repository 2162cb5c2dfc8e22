// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

#include <arpa/inet.h>
#include <fstream>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::e2e {

namespace {

const std::string kClients =
    "clients:\n- {client_id: 01HFRQHW4KD7CMFTP8Q3FKSN2E, client_auth_method: client_secret_basic, client_secret_file: secret.txt, redirect_uris: ['https://app.example/cb']}\n";

// A socket of 127.0.0.1 that nobody should connect to.
class Trap {
public:
    Trap() {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        auto* address = reinterpret_cast<sockaddr*>(&address_);
        CPPUNIT_ASSERT(::bind(fd_, address, size) == 0 && ::listen(fd_, 8) == 0 && ::getsockname(fd_, address, &size) == 0);
    }
    ~Trap() { ::close(fd_); }
    Trap(const Trap&) = delete;
    Trap& operator=(const Trap&) = delete;
    int port() const { return ntohs(address_.sin_port); }
    bool touched() const {
        pollfd poll{.fd = fd_, .events = POLLIN, .revents = 0};
        return ::poll(&poll, 1, 0) == 1;
    }

private:
    sockaddr_in address_{};
    int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

}  // namespace

class ClientsTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(ClientsTest);
    CPPUNIT_TEST(configSyncMigratesAndSyncs);
    CPPUNIT_TEST(aDryRunDoesNotEvenMigrate);
    CPPUNIT_TEST(theServerSyncsUnlessToldNotTo);
    CPPUNIT_TEST(upstreamProvidersAreSaidNotToBeSynced);
    CPPUNIT_TEST(aClientRegistersAndManagesItself);
    CPPUNIT_TEST(attack29AMegabyteOfMetadataIsRefused);
    CPPUNIT_TEST(attack29AnAddressRegistersSoManyClientsOnly);
    CPPUNIT_TEST(attack30BombsAreRefusedAndTakeNoMemory);
    CPPUNIT_TEST(attack4RegisteringFetchesNothing);
    CPPUNIT_TEST_SUITE_END();

    std::string count(const std::string& database) const { return Database::shared().admin("SELECT count(*) FROM oauth2_clients", database); }

    void configSyncMigratesAndSyncs() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        directory().write("config.yaml", configuration(Database::shared().uri(database)) + kClients);
        requireHolds(run({"config", "sync"}).errors, "clients[0].client_secret_file");
        directory().write("secret.txt", "s3cret-of-a-client\n");
        const test::Finished finished = run({"config", "sync"});
        requireCode(0, finished);
        requireHolds(finished.errors, "client.synced");
        requireLacks(finished.errors + finished.output, "s3cret-of-a-client");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count(database));

        directory().write("config.yaml", configuration(Database::shared().uri(database)));
        requireHolds(run({"config", "sync"}).errors, "client.left");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count(database));
        requireCode(0, run({"config", "sync", "--prune", "--dry-run"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count(database));
        requireCode(0, run({"config", "sync", "--prune"}));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count(database));
    }

    void aDryRunDoesNotEvenMigrate() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        directory().write("config.yaml", configuration(Database::shared().uri(database)) + kClients);
        directory().write("secret.txt", "x");
        const test::Finished finished = run({"config", "sync", "--dry-run"});
        requireCode(1, finished);
        requireHolds(finished.errors, "database migrate");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), Database::shared().admin("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database));
        requireCode(0, run({"database", "migrate"}));
        requireCode(0, run({"config", "sync", "--dry-run"}));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count(database));
    }

    void theServerSyncsUnlessToldNotTo() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        directory().write("config.yaml", configuration(Database::shared().uri(database)) + kClients);
        directory().write("secret.txt", "x");
        auto server = started(launch({"server", "--no-sync"}));
        stop(*server);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count(database));
        server = started(launch({"server"}));
        stop(*server);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), count(database));
    }

    void upstreamProvidersAreSaidNotToBeSynced() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        const std::string plain = configuration(Database::shared().uri(database));
        directory().write("config.yaml", plain);
        requireLacks(run({"config", "sync"}).errors, "client.no_providers");
        directory().write("config.yaml", plain + "upstream_oauth2:\n  providers:\n  - {id: 01HFRQHW4KD7CMFTP8Q3FKSN2E, issuer: 'https://up.example/', client_id: x, token_endpoint_auth_method: none, scope: openid, claims_imports: {}}\n");
        const test::Finished finished = run({"config", "sync"});
        requireCode(0, finished);
        requireHolds(finished.errors, "client.no_providers");
    }

    std::string http() const {
        return "http:\n  public_base: http://localhost:" + std::to_string(port()) + "/\n  listeners:\n  - resources: [{name: oauth}, {name: human}]\n    binds: [{address: '127.0.0.1:" + std::to_string(port()) + "'}]\n";
    }
    static std::string request(const std::string& method, const std::string& path, const std::string& extra, const std::string& body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + extra + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string member(const test::HttpReply& reply, const std::string& name) {
        const std::string before = "\"" + name + "\":\"";
        const auto at = reply.body.find(before);
        CPPUNIT_ASSERT_MESSAGE(name + " in " + reply.body, at != std::string::npos);
        const auto begin = at + before.size();
        return reply.body.substr(begin, reply.body.find('"', begin) - begin);
    }

    void aClientRegistersAndManagesItself() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        configure(Database::shared().uri(database), http());
        auto server = started();
        test::HttpClient client(port());
        const auto made = client.exchange(request("POST", "/oauth2/registration", "", R"({"client_uri":"https://app.example/","redirect_uris":["https://app.example/cb"]})"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made->body, 201, made->status);
        CPPUNIT_ASSERT_EQUAL(std::string("*"), made->header("access-control-allow-origin"));
        const std::string path = "/oauth2/registration/" + member(*made, "client_id");
        CPPUNIT_ASSERT_EQUAL("http://localhost:" + std::to_string(port()) + path, member(*made, "registration_client_uri"));
        const std::string token = "Authorization: Bearer " + member(*made, "registration_access_token") + "\r\n";
        CPPUNIT_ASSERT_EQUAL(200, client.exchange(request("GET", path, token, ""))->status);
        const auto refused = client.exchange(request("GET", path, "Authorization: Bearer x\r\n", ""));
        CPPUNIT_ASSERT_EQUAL(401, refused->status);
        CPPUNIT_ASSERT(!refused->header("www-authenticate").empty());
        const std::string changed = R"({"client_id":")" + member(*made, "client_id") + R"(","client_name":"New","client_uri":"https://app.example/","redirect_uris":["https://app.example/cb"]})";
        CPPUNIT_ASSERT_EQUAL(std::string("New"), member(*client.exchange(request("PUT", path, token, changed)), "client_name"));
        CPPUNIT_ASSERT_EQUAL(204, client.exchange(request("DELETE", path, token, ""))->status);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), count(database));
        const auto wrong = client.exchange(request("POST", "/oauth2/registration", "", R"({"client_uri":"https://app.example/","redirect_uris":["https://evil.example/cb"]})"));
        CPPUNIT_ASSERT_EQUAL(400, wrong->status);
        CPPUNIT_ASSERT_EQUAL(std::string("invalid_redirect_uri"), member(*wrong, "error"));
        requireLacks(server->errors(), member(*made, "registration_access_token"));
        stop(*server);
    }

    void attack29AMegabyteOfMetadataIsRefused() {
        if (!test::postgresAvailable()) return;
        configure(Database::shared().uri(Database::shared().create()), http());
        auto server = started();
        test::HttpClient client(port());
        // Refused by its announcement: the body need not come.
        const auto reply = client.exchange("POST /oauth2/registration HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1048576\r\n\r\n");
        CPPUNIT_ASSERT(reply.has_value());
        CPPUNIT_ASSERT_EQUAL(413, reply->status);
        stop(*server);
    }

    void attack29AnAddressRegistersSoManyClientsOnly() {
        if (!test::postgresAvailable()) return;
        const std::string database = Database::shared().create();
        configure(Database::shared().uri(database), http());
        auto server = started();
        test::HttpClient client(port());
        const std::string body = R"({"client_uri":"https://app.example/","redirect_uris":["https://app.example/cb"]})";
        int made = 0;
        auto reply = client.exchange(request("POST", "/oauth2/registration", "", body));
        for (; reply && reply->status == 201 && made < 1000; reply = client.exchange(request("POST", "/oauth2/registration", "", body))) ++made;
        CPPUNIT_ASSERT(reply.has_value());
        CPPUNIT_ASSERT_EQUAL(429, reply->status);
        CPPUNIT_ASSERT(made >= 30 && !reply->header("retry-after").empty());
        CPPUNIT_ASSERT_EQUAL(std::to_string(made), count(database));
        stop(*server);
    }

    static long residentKilobytes(pid_t pid) {
        std::ifstream file("/proc/" + std::to_string(pid) + "/status");
        for (std::string line; std::getline(file, line);) {
            if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
        }
        return 0;
    }
    int statusOf(const std::string& bytes) const {
        test::HttpClient client(port());
        const auto reply = client.exchange(bytes);
        return reply ? reply->status : 0;
    }
    static std::string posted(const std::string& path, const std::string& type, const std::string& body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    void attack30BombsAreRefusedAndTakeNoMemory() {
        if (!test::postgresAvailable()) return;
        configure(Database::shared().uri(Database::shared().create()), http());
        auto server = started();
        const std::string form = "application/x-www-form-urlencoded";
        std::string keys;
        for (int i = 0; i < 10'000; ++i) keys += "k" + std::to_string(i) + "&";
        const std::vector<std::pair<int, std::string>> bombs = {
            {400, posted("/oauth2/registration", "application/json", std::string(10'000, '[') + std::string(10'000, ']'))},
            {400, posted("/oauth2/registration", "application/json", "{\"jwks\":" + std::string(10'000, '{') + "}")},
            {400, posted("/oauth2/token", form, keys.substr(0, 60'000))},
            {413, "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + form + "\r\nContent-Length: 8000000\r\n\r\n"},  // a million keys
            {415, posted("/login", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--")},
            {431, "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\nX-Bomb: " + std::string(64 * 1024, 'a') + "\r\n\r\n"},
        };
        for (const auto& [status, bytes] : bombs) CPPUNIT_ASSERT_EQUAL_MESSAGE(bytes.substr(0, 60), status, statusOf(bytes));
        const long before = residentKilobytes(server->pid());
        for (int i = 0; i < 200; ++i) statusOf(bombs[static_cast<std::size_t>(i) % bombs.size()].second);
        const long grown = residentKilobytes(server->pid()) - before;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(grown) + " KiB more", before > 0 && grown < 16 * 1024);
        stop(*server);
    }

    void attack4RegisteringFetchesNothing() {
        if (!test::postgresAvailable()) return;
        configure(Database::shared().uri(Database::shared().create()), http());
        directory().write("open.yaml", "policy:\n  data: {client_registration: {allow_insecure_uris: true, allow_host_mismatch: true}}\n");
        auto server = started(launch({"server", "-c", "config.yaml", "-c", "open.yaml"}));
        const Trap trap;
        const std::string base = "http://127.0.0.1:" + std::to_string(trap.port()) + "/";
        const std::string body = R"({"client_uri":")" + base + R"(","logo_uri":")" + base + R"(logo","tos_uri":")" + base + R"(tos","policy_uri":")" + base + R"(policy","redirect_uris":[")" + base +
                                 R"("],"token_endpoint_auth_method":"private_key_jwt","token_endpoint_auth_signing_alg":"RS256","jwks_uri":")" + base + R"(keys"})";
        test::HttpClient client(port());
        const auto made = client.exchange(request("POST", "/oauth2/registration", "", body));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made->body, 201, made->status);
        stop(*server);
        CPPUNIT_ASSERT(!trap.touched());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ClientsTest);

}  // namespace latchkey::e2e
