// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/first_run.h"

#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "tests/support/http_client.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::embedded {

class FirstRunTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FirstRunTest);
    CPPUNIT_TEST(pointsTheConfigurationHere);
    CPPUNIT_TEST(passesOverAPortThatIsTaken);
    CPPUNIT_TEST(keepsAConfigurationThatExists);
    CPPUNIT_TEST(namesTheLineOfABrokenConfiguration);
    CPPUNIT_TEST_SUITE_END();

    static config::Node generated() {
        config::Problems problems;
        return config::parseYaml("http:\n"
                                 "  listeners:\n"
                                 "  - {name: web, resources: [{name: human}], binds: [{address: '[::]:8080'}]}\n"
                                 "  - {name: internal, resources: [{name: health}], binds: [{host: localhost, port: 8081}]}\n"
                                 "  public_base: http://[::]:8080/\n"
                                 "  issuer: http://[::]:8080/\n"
                                 "database: {uri: 'postgresql://', max_connections: 10}\n"
                                 "matrix: {secret: fresh}\n",
                                 "generated", problems);
    }

    static std::string portOf(const config::Node& node, std::size_t listener) {
        return node.find("http")->find("listeners")->items[listener].find("binds")->items[0].find("port")->scalar;
    }

    void pointsTheConfigurationHere() {
        const config::Node node = adapted(generated(), "/srv/mas");
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/mas"), node.find("database")->find("embedded")->scalar);
        CPPUNIT_ASSERT(node.find("database")->find("uri") == nullptr);
        CPPUNIT_ASSERT(portOf(node, 0) != portOf(node, 1));
        CPPUNIT_ASSERT_EQUAL("http://localhost:" + portOf(node, 0) + "/", node.find("http")->find("public_base")->scalar);
        CPPUNIT_ASSERT_EQUAL(node.find("http")->find("public_base")->scalar, node.find("http")->find("issuer")->scalar);
        CPPUNIT_ASSERT_EQUAL(std::string("fresh"), node.find("matrix")->find("secret")->scalar);
    }

    void passesOverAPortThatIsTaken() {
        const int taken = test::freePort();
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(taken));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CPPUNIT_ASSERT_EQUAL(0, ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
        CPPUNIT_ASSERT_EQUAL(0, ::listen(fd, 1));
        const int found = freePort(taken);
        ::close(fd);
        CPPUNIT_ASSERT(found > taken);
    }

    void keepsAConfigurationThatExists() {
        const test::TemporaryDirectory directory;
        const Paths paths{directory.path()};
        const config::Node first = configuration(paths, generated);
        const std::string text = test::readText(paths.config());
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(paths.config().c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0600U, info.st_mode & 07777U);
        const config::Node second = configuration(paths, []() -> config::Node { throw Error("made a second time"); });
        CPPUNIT_ASSERT_EQUAL(text, test::readText(paths.config()));
        CPPUNIT_ASSERT_EQUAL(portOf(first, 0), portOf(second, 0));
    }

    void namesTheLineOfABrokenConfiguration() {
        const test::TemporaryDirectory directory;
        directory.write("config.yaml", "http:\n  listeners: [\n");
        try {
            configuration(Paths{directory.path()}, generated);
            CPPUNIT_FAIL("accepted");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find("config.yaml") != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FirstRunTest);

}  // namespace latchkey::embedded
