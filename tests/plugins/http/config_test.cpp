// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/yaml.h"
#include "plugins/http/config.h"

using namespace latchkey;
using http::HttpConfig;

namespace {

struct Read {
    config::Tree tree;
    config::Problems problems;
    HttpConfig config;

    explicit Read(const std::string& yaml) {
        tree.merge(config::parseYaml(yaml, "test.yaml", problems));
        config = HttpConfig::parse(config::Section(tree, problems));
        config::reportUnknownKeys(tree, problems);
    }
    std::string errors() const {
        std::string all;
        for (const std::string& each : problems.errors()) all += each + "\n";
        return all;
    }
};

std::string listener(const std::string& lines) { return "http:\n  public_base: https://a.example/\n  listeners:\n  - " + lines + "\n"; }

const std::string kResources = "resources: [{name: health}]";

struct Row {
    const char* name;
    std::string yaml;
    const char* path;     // of the one error
    const char* message;  // part of it
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {"null section", "http:", "http", "expected a mapping"},
        {"empty section", "http: {listeners: [{resources: [{name: health}], binds: [{port: 1}]}]}", "http.public_base", "is required"},
        {"no listeners", "http: {public_base: 'https://a/'}", "http.listeners", "at least one listener"},
        {"empty listeners", "http: {public_base: 'https://a/', listeners: []}", "http.listeners", "at least one listener"},
        {"bad base", "http: {public_base: 'ftp://a/', listeners: [{resources: [{name: health}], binds: [{port: 1}]}]}", "http.public_base", "http or https"},
        {"base with query", "http: {public_base: 'https://a/?x', listeners: [{resources: [{name: health}], binds: [{port: 1}]}]}", "http.public_base", "query"},
        {"base with user", "http: {public_base: 'https://u:p@a/', listeners: [{resources: [{name: health}], binds: [{port: 1}]}]}", "http.public_base", "user name"},
        {"no binds", listener(kResources), "http.listeners[0].binds", "is required"},
        {"empty binds", listener("{" + kResources + ", binds: []}"), "http.listeners[0].binds", "must not be empty"},
        {"no resources", listener("{binds: [{port: 1}]}"), "http.listeners[0].resources", "is required"},
        {"empty resources", listener("{resources: [], binds: [{port: 1}]}"), "http.listeners[0].resources", "must not be empty"},
        {"resource twice", listener("{resources: [{name: health}, {name: health}], binds: [{port: 1}]}"), "http.listeners[0].resources[1].name", "already"},
        {"resource without name", listener("{resources: [{}], binds: [{port: 1}]}"), "http.listeners[0].resources[0].name", "is required"},
        {"misspelt resource", listener("{resources: [{name: helth}], binds: [{port: 1}]}"), "http.listeners[0].resources[0].name", "did you mean `health`?"},
        {"resource of nobody", listener("{resources: [{name: zebra}], binds: [{port: 1}]}"), "http.listeners[0].resources[0].name", "`zebra` is no resource that ships"},
        {"misspelt bind", listener("{" + kResources + ", binds: [{adress: '1.2.3.4:5'}]}"), "http.listeners[0].binds[0]", "{address: "},
        {"empty bind", listener("{" + kResources + ", binds: [{}]}"), "http.listeners[0].binds[0]", "{socket: "},
        {"host alone", listener("{" + kResources + ", binds: [{host: localhost}]}"), "http.listeners[0].binds[0]", "{port: "},
        {"port as text", listener("{" + kResources + ", binds: [{port: '80'}]}"), "http.listeners[0].binds[0].port", "without quotes"},
        {"port too large", listener("{" + kResources + ", binds: [{port: 80}, {port: 70000}]}"), "http.listeners[0].binds[1].port", "70000 is out of range"},
        {"address without port", listener("{" + kResources + ", binds: [{address: '1.2.3.4'}]}"), "http.listeners[0].binds[0].address", "with a port"},
        {"address with a name", listener("{" + kResources + ", binds: [{address: 'localhost:80'}]}"), "http.listeners[0].binds[0].address", "for names use"},
        {"address without brackets", listener("{" + kResources + ", binds: [{address: '::1:80'}]}"), "http.listeners[0].binds[0].address", "[::1]:8080"},
        {"long socket", listener("{" + kResources + ", binds: [{socket: /" + std::string(120, 'x') + "}]}"), "http.listeners[0].binds[0].socket", "107"},
        {"bad kind", listener("{" + kResources + ", binds: [{fd: 0, kind: udp}]}"), "http.listeners[0].binds[0].kind", "`tcp` or `unix`"},
        {"prefix without slash", listener("{" + kResources + ", prefix: auth, binds: [{port: 1}]}"), "http.listeners[0].prefix", "must begin with a slash: /auth"},
        {"prefix with query", listener("{" + kResources + ", prefix: '/a?b', binds: [{port: 1}]}"), "http.listeners[0].prefix", "a path cannot have"},
        {"TLS without key", listener("{" + kResources + ", binds: [{port: 1}], tls: {certificate_file: c.pem}}"), "http.listeners[0].tls", "`key`"},
        {"TLS with both", listener("{" + kResources + ", binds: [{port: 1}], tls: {certificate_file: c, certificate: x, key: k}}"), "http.listeners[0].tls", "exclusive"},
        {"TLS passwords", listener("{" + kResources + ", binds: [{port: 1}], tls: {certificate: x, key: k, password: a, password_file: b}}"), "http.listeners[0].tls", "exclusive"},
        {"proxy", "http: {public_base: 'https://a/', trusted_proxies: [10.0.0.0/33], listeners: [{resources: [{name: health}], binds: [{port: 1}]}]}", "http.trusted_proxies", "`10.0.0.0/33`"},
    };
    return table;
}

}  // namespace

class HttpConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpConfigTest);
    CPPUNIT_TEST(locatesEveryMistake);
    CPPUNIT_TEST(leavesResourcesToPluginsOfSomebodysOwn);
    CPPUNIT_TEST(hasTheReferencesDefaults);
    CPPUNIT_TEST(readsEveryShapeOfBind);
    CPPUNIT_TEST(normalisesPrefixes);
    CPPUNIT_TEST(knowsAllOfAFullConfiguration);
    CPPUNIT_TEST(reportsAllProblemsTogether);
    CPPUNIT_TEST(joinsThePublicUrl);
    CPPUNIT_TEST_SUITE_END();

    void locatesEveryMistake() {
        for (const Row& row : rows()) {
            const Read read(row.yaml);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(row.name) + ": " + read.errors(), std::size_t(1), read.problems.errors().size());
            const std::string& error = read.problems.errors().front();
            CPPUNIT_ASSERT_MESSAGE(std::string(row.name) + ": " + error, error.find(std::string(row.path) + ": ") != std::string::npos || error.find(row.path) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(std::string(row.name) + ": " + error, error.find(row.message) != std::string::npos);
        }
    }

    void leavesResourcesToPluginsOfSomebodysOwn() {
        const Read read("plugins: {extra: [zoo]}\n" + listener("{resources: [{name: zebra}, {name: helth}], binds: [{port: 1}]}"));
        CPPUNIT_ASSERT_EQUAL(std::string(), read.errors());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), read.problems.warnings().size());
        CPPUNIT_ASSERT(read.problems.warnings().front().find("did you mean `health`?") != std::string::npos);
    }

    void hasTheReferencesDefaults() {
        const Read read("{}");
        CPPUNIT_ASSERT_EQUAL(std::string(), read.errors());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), read.config.listeners.size());
        const auto& web = read.config.listeners[0];
        CPPUNIT_ASSERT_EQUAL(std::string("web"), web.label);
        CPPUNIT_ASSERT_EQUAL(std::size_t(6), web.resources.size());
        CPPUNIT_ASSERT_EQUAL(8080, int(std::get<http::TcpBind>(web.binds[0].kind).port));
        const auto& internal = read.config.listeners[1];
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), std::get<http::TcpBind>(internal.binds[0].kind).host.value());
        CPPUNIT_ASSERT_EQUAL(std::size_t(6), read.config.trustedProxies.size());
        CPPUNIT_ASSERT_EQUAL(std::string("http://[::]:8080/"), read.config.publicUrl.issuer);
    }

    void readsEveryShapeOfBind() {
        const Read read(listener("{" + kResources + ", binds: [{port: 80}, {host: localhost, port: 81, socket: ignored}, {address: '[::1]:82'}, {socket: /run/s}, {fd: 3, kind: unix}, {kind: tcp}]}"));
        CPPUNIT_ASSERT_EQUAL(std::string(), read.errors());
        const auto& binds = read.config.listeners[0].binds;
        CPPUNIT_ASSERT_EQUAL(std::size_t(6), binds.size());
        CPPUNIT_ASSERT(!std::get<http::TcpBind>(binds[0].kind).host);
        CPPUNIT_ASSERT_EQUAL(81, int(std::get<http::TcpBind>(binds[1].kind).port));
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), std::get<http::AddressBind>(binds[2].kind).ip.text());
        CPPUNIT_ASSERT_EQUAL(std::string("/run/s"), std::get<http::UnixBind>(binds[3].kind).path);
        CPPUNIT_ASSERT_EQUAL(3u, std::get<http::InheritedBind>(binds[4].kind).index);
        CPPUNIT_ASSERT(std::get<http::InheritedBind>(binds[4].kind).isUnix);
        CPPUNIT_ASSERT_EQUAL(0u, std::get<http::InheritedBind>(binds[5].kind).index);
    }

    void normalisesPrefixes() {
        const std::pair<const char*, const char*> pairs[] = {{"''", ""}, {"/", ""}, {"/auth", "/auth"}, {"/auth/", "/auth"}, {"/a/b/", "/a/b"}};
        for (const auto& [written, expected] : pairs) {
            const Read read(listener(std::string("{prefix: ") + written + ", " + kResources + ", binds: [{port: 1}]}"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(written, std::string(expected), read.config.listeners.at(0).prefix);
        }
    }

    void knowsAllOfAFullConfiguration() {
        const Read read("plugins: {extra: [own]}\nhttp:\n  public_base: https://a.example/x\n  issuer: https://i.example\n  trusted_proxies: [10.0.0.0/8, '::1', 192.0.2.0/255.255.255.0]\n  listeners:\n"
                        "  - name: web\n    proxy_protocol: true\n    prefix: /p\n"
                        "    resources: [{name: graphql, playground: true, undocumented_oauth2_access: false}, {name: assets, path: ./a}, {name: custom, anything: {goes: 1}}]\n"
                        "    binds: [{host: localhost, port: 1}]\n    tls: {certificate_file: c, key_file: k, password_file: p}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), read.errors());
        std::string warnings;
        for (const std::string& each : read.problems.warnings()) warnings += each + "\n";
        CPPUNIT_ASSERT_EQUAL(std::string(), warnings);
        CPPUNIT_ASSERT(read.config.listeners[0].proxyProtocol);
        CPPUNIT_ASSERT(read.config.listeners[0].resources[2].options.find("anything") != nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("https://i.example/"), read.config.publicUrl.issuer);
    }

    void reportsAllProblemsTogether() {
        const Read read("http:\n  public_base: https://a/\n  listeners:\n  - {resources: [], binds: [{port: 0x1ffff}], prefix: a}\n  - {resources: [{name: x}], binds: [{adress: y}]}\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), read.problems.errors().size());
    }

    void joinsThePublicUrl() {
        http::PublicUrl url;
        url.base = "https://a.example/auth/";
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example/auth/oauth2/token"), url.join("oauth2/token"));
        CPPUNIT_ASSERT_EQUAL(std::string("/auth"), url.prefix());
        CPPUNIT_ASSERT(url.secure());
        url.base = "http://a.example/auth";
        CPPUNIT_ASSERT_EQUAL(std::string("http://a.example/oauth2/token"), url.join("oauth2/token"));
        CPPUNIT_ASSERT_EQUAL(std::string("/auth"), url.prefix());
        url.base = "http://a.example/";
        CPPUNIT_ASSERT_EQUAL(std::string(), url.prefix());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpConfigTest);
