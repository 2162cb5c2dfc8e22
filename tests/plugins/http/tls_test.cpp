// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "tests/plugins/http/certificates.h"
#include "tests/plugins/http/test_front.h"

#include <filesystem>

using namespace latchkey;
using namespace latchkey::http;
using namespace latchkey::http::test;

class HttpTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpTlsTest);
    CPPUNIT_TEST(servesOverTls);
    CPPUNIT_TEST(servesLargeAnswersAndPipelinesOverTls);
    CPPUNIT_TEST(negotiatesHttp1Only);
    CPPUNIT_TEST(replacesCertificatesWhileServing);
    CPPUNIT_TEST(keepsTheOldOnesIfAnyNewOneIsBad);
    CPPUNIT_TEST(isNotHeldUpBySilentHandshakes);
    CPPUNIT_TEST(refusesPlainRequests);
    CPPUNIT_TEST(readsKeysInEveryForm);
    CPPUNIT_TEST(explainsWhatIsWrongWithAKey);
    CPPUNIT_TEST(takesAProxyHeaderBeforeTheHandshake);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        folder_ = makeTemporaryFolder();
        write("one", makeCertificate("one"));
        write("two", makeCertificate("two"));
    }
    void tearDown() override { std::filesystem::remove_all(folder_); }

private:
    std::string folder_;

    std::string file(const std::string& name) const { return folder_ + "/" + name; }
    void write(const std::string& name, const CertificateAndKey& made) const {
        writeFile(file(name + ".crt"), made.certificate);
        writeFile(file(name + ".key"), made.key);
    }
    std::string tls(const std::string& name) const { return "tls: {certificate_file: " + file(name + ".crt") + ", key_file: " + file(name + ".key") + "}"; }

    void servesOverTls() {
        const TestFront server(tls("one"));
        Wire client(server.address());
        CPPUNIT_ASSERT(client.startTls());
        CPPUNIT_ASSERT_EQUAL(std::string("one"), client.peerCertificateName());
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1 secure web TLSv1.3 front.test - /who"), client.get("/who").body);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), client.get("/hello", "Connection: close\r\n").header("Connection"));
        CPPUNIT_ASSERT(client.closed());
    }

    void servesLargeAnswersAndPipelinesOverTls() {
        const TestFront server(tls("one"));
        Wire client(server.address());
        CPPUNIT_ASSERT(client.startTls());
        CPPUNIT_ASSERT_EQUAL(std::size_t(8 << 20), client.get("/big").body.size());
        std::string requests;
        for (int i = 0; i < 300; ++i) requests += "GET /item/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        client.send(requests);
        for (int i = 0; i < 300; ++i) CPPUNIT_ASSERT_EQUAL(std::to_string(i), client.read().body);
        const std::string body(600'000, 'b');
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n" + body);
        CPPUNIT_ASSERT(client.read().body == body);
    }

    void negotiatesHttp1Only() {
        const TestFront server(tls("one"));
        Wire both(server.address());
        CPPUNIT_ASSERT(both.startTls("\x02h2\x08http/1.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("http/1.1"), both.alpn());
        Wire onlyH2(server.address());
        CPPUNIT_ASSERT(!onlyH2.startTls("\x02h2"));
    }

    void replacesCertificatesWhileServing() {
        const TestFront server(tls("one"));
        Wire before(server.address());
        CPPUNIT_ASSERT(before.startTls());
        write("one", makeCertificate("renewed"));
        server.front->reloadTls();
        Wire after(server.address());
        CPPUNIT_ASSERT(after.startTls());
        CPPUNIT_ASSERT_EQUAL(std::string("renewed"), after.peerCertificateName());
        CPPUNIT_ASSERT_EQUAL(200, before.get("/hello").status);
    }

    void keepsTheOldOnesIfAnyNewOneIsBad() {
        const TestFront server(tls("one"));
        writeFile(file("one.crt"), makeCertificate("other").certificate);  // without its key
        CPPUNIT_ASSERT_THROW(server.front->reloadTls(), Error);
        Wire client(server.address());
        CPPUNIT_ASSERT(client.startTls());
        CPPUNIT_ASSERT_EQUAL(std::string("one"), client.peerCertificateName());
    }

    void isNotHeldUpBySilentHandshakes() {
        Timeouts timeouts;
        timeouts.openingMs = 300;
        const TestFront server(tls("one"), timeouts, 2);
        std::vector<std::unique_ptr<Wire>> silent;
        for (int i = 0; i < 50; ++i) {
            silent.push_back(std::make_unique<Wire>(server.address()));
            if (i % 2 == 0) silent.back()->send("\x16\x03\x01");
        }
        Wire client(server.address());
        CPPUNIT_ASSERT(client.startTls());
        CPPUNIT_ASSERT_EQUAL(200, client.get("/hello").status);
        for (const auto& each : silent) CPPUNIT_ASSERT(each->closed());
        CPPUNIT_ASSERT_EQUAL(200, client.get("/hello").status);
    }

    void refusesPlainRequests() {
        const TestFront server(tls("one"));
        Wire client(server.address());
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT(client.readToEnd().find("hello") == std::string::npos);
        CPPUNIT_ASSERT(server.awaitConnections(0));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), server.front->metrics()[0]->tlsFailures.load());
    }

    TlsConfig configFor(const std::string& keyFile, std::optional<std::string> password = {}) const {
        TlsConfig config;
        config.where = "http.listeners[0].tls";
        config.certificate.file = file("one.crt");
        config.key.file = keyFile;
        if (password) config.password.value = config::Secret(*password);
        return config;
    }

    void readsKeysInEveryForm() {
        const std::string key = readFile(file("one.key"));
        for (const KeyForm form : {KeyForm::traditional, KeyForm::der, KeyForm::encryptedPem, KeyForm::encryptedDer}) {
            writeFile(file("form"), convertKey(key, form, "s3cret"));
            const bool encrypted = form == KeyForm::encryptedPem || form == KeyForm::encryptedDer;
            CPPUNIT_ASSERT(loadTls(configFor(file("form"), encrypted ? std::optional<std::string>("s3cret") : std::nullopt)));
        }
        TlsConfig inlined = configFor("");
        inlined.key.file.reset();
        inlined.key.value = config::Secret(key);
        CPPUNIT_ASSERT(loadTls(inlined));
    }

    void fails(const TlsConfig& config, const std::string& expected) const {
        try {
            loadTls(config);
            CPPUNIT_FAIL("accepted; expected: " + expected);
        } catch (const Error& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(expected) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).starts_with("http.listeners[0].tls."));
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find("s3cret") == std::string::npos);
        }
    }

    void explainsWhatIsWrongWithAKey() {
        writeFile(file("encrypted"), convertKey(readFile(file("one.key")), KeyForm::encryptedPem, "s3cret"));
        writeFile(file("garbage"), "no key");
        fails(configFor(file("encrypted")), "is encrypted");
        fails(configFor(file("encrypted"), "wrong"), "cannot be decrypted");
        fails(configFor(file("one.key"), "s3cret"), "is not encrypted");
        fails(configFor(file("two.key")), "does not belong to the certificate");
        fails(configFor(file("garbage")), "holds no private key");
        fails(configFor(file("missing")), "cannot open");
        TlsConfig empty = configFor(file("one.key"));
        empty.certificate.file = file("garbage");
        fails(empty, "holds no certificate");
    }

    void takesAProxyHeaderBeforeTheHandshake() {
        const TestFront server("proxy_protocol: true\n    " + tls("one"));
        Wire client(server.address());
        client.send("PROXY TCP4 203.0.113.5 198.51.100.1 40320 443\r\n");
        CPPUNIT_ASSERT(client.startTls());
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.5 secure web TLSv1.3 front.test TCP4 203.0.113.5:40320 /who"), client.get("/who", "X-Forwarded-For: 1.2.3.4\r\n").body);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpTlsTest);
