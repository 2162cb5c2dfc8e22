// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/outgoing-http/support.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace latchkey::outgoing {

using test::failure;
using test::get;

namespace {

latchkey::test::Launch openssl(const std::vector<std::string>& arguments) {
    latchkey::test::Launch launch;
    launch.arguments.emplace_back("/usr/bin/openssl");
    for (const std::string& each : arguments) launch.arguments.push_back(each);
    return launch;
}

// openssl's own server, with a self-signed certificate for `name`.
struct TlsServer {
    latchkey::test::TemporaryDirectory directory;
    int port = latchkey::test::freePort();
    std::unique_ptr<latchkey::test::Process> process;

    explicit TlsServer(const std::string& name) {
        const auto made = latchkey::test::run(openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-addext",
                                                       "subjectAltName=DNS:" + name, "-keyout", directory / "key", "-out", directory / "certificate"}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.errors, 0, made.code);
        process = std::make_unique<latchkey::test::Process>(openssl({"s_server", "-accept", "127.0.0.1:" + std::to_string(port), "-cert", directory / "certificate", "-key", directory / "key", "-www"}));
        CPPUNIT_ASSERT(process->await("ACCEPT", 30'000));
    }
    std::string url(const std::string& host = "localhost") const { return "https://" + host + ":" + std::to_string(port) + "/"; }
    OutgoingConfig trusted() const {
        OutgoingConfig config = test::allowing({"127.0.0.0/8"});
        config.certificateFile = directory / "certificate";
        return config;
    }
};

}  // namespace

class OutgoingTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OutgoingTlsTest);
    CPPUNIT_TEST(verifiesCertificates);
    CPPUNIT_TEST(verifiesNames);
    CPPUNIT_TEST_SUITE_END();

    void verifiesCertificates() {
        const TlsServer server("localhost");
        CurlHttp good{server.trusted(), [](const std::string&) { return std::vector{IpAddress::parse("127.0.0.1").value()}; }};
        CPPUNIT_ASSERT_EQUAL(200, good.send(get(server.url(), true)).status);
        CurlHttp system{test::allowing({"127.0.0.0/8"})};
        const std::string message = failure(system, get("https://localhost:" + std::to_string(server.port) + "/"));
        CPPUNIT_ASSERT_MESSAGE(message, message.find("certificate") != std::string::npos);
    }

    void verifiesNames() {
        const TlsServer server("jwks.example");
        CurlHttp http{server.trusted(), [](const std::string&) { return std::vector{IpAddress::parse("127.0.0.1").value()}; }};
        CPPUNIT_ASSERT_EQUAL(200, http.send(get(server.url("jwks.example"), true)).status);
        CPPUNIT_ASSERT(!failure(http, get(server.url("other.example"), true)).empty());
        CPPUNIT_ASSERT(!failure(http, get(server.url("127.0.0.1"), true)).empty());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(OutgoingTlsTest);

}  // namespace latchkey::outgoing
