// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/opa_policy.h"
#include "tests/support/http_client.h"
#include "tests/support/people.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace latchkey::opa {

namespace {

/// The program: $LATCHKEY_OPA, or `opa` on the PATH. OPA is in no Debian package, so without it these tests say so and pass;
/// LATCHKEY_REQUIRE_OPA=1 makes that a failure. `go install github.com/open-policy-agent/opa@latest` brings it.
std::string program() {
    if (const char* named = std::getenv("LATCHKEY_OPA"); named != nullptr && *named != '\0') return named;
    std::istringstream path(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
    for (std::string directory; std::getline(path, directory, ':');) {
        if (std::filesystem::exists(directory + "/opa")) return directory + "/opa";
    }
    return {};
}

/// The simplest way out: a connection per request.
class LocalHttp final : public OutgoingHttp {
public:
    explicit LocalHttp(int port) : port_(port) {}
    OutgoingResponse send(const OutgoingRequest& request) override {
        const std::string path = request.url.substr(request.url.find('/', std::string("http://").size()));
        std::string text = request.method + " " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: " + std::to_string(request.body.size()) + "\r\n";
        for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
        const auto reply = test::HttpClient(port_).exchange(text + "\r\n" + request.body);
        if (!reply) throw OutgoingHttpError("no answer");
        return {.status = reply->status, .headers = reply->headers, .body = reply->body};
    }

private:
    int port_;
};

}  // namespace

/// OpaPolicy and a real OPA server that evaluates rules/*.rego.
class RealOpaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RealOpaTest);
    CPPUNIT_TEST(decidesAboutRegistrations);
    CPPUNIT_TEST(decidesAboutEmails);
    CPPUNIT_TEST(decidesAboutClients);
    CPPUNIT_TEST(decidesAboutGrants);
    CPPUNIT_TEST(decidesAboutCompatLogins);
    CPPUNIT_TEST(decidesAboutPersonalTokens);
    CPPUNIT_TEST(aRuleThatIsNotThereAllowsNothing);
    CPPUNIT_TEST(aWrongTokenAllowsNothing);
    CPPUNIT_TEST(aStoppedServerAllowsNothing);
    CPPUNIT_TEST_SUITE_END();

    std::optional<test::TemporaryDirectory> directory_;
    std::unique_ptr<test::Process> server_;
    std::optional<LocalHttp> http_;
    Config config_;
    std::optional<OpaPolicy> policy_;
    Client client_ = test::clientOf("01HFRQHW4KD7CMFTP8Q3FKSN2E");
    User user_ = test::userOf("01HFVBY12TMNTYTBV8W921M5FA", Instant{1'600'000'000'000'000});

    // Another process may take the port between the choice and the bind; then the next one is tried.
    bool started(const std::string& opa) {
        for (int attempt = 0; attempt < 5; ++attempt) {
            const int port = test::freePort();
            const std::string address = "127.0.0.1:" + std::to_string(port);
            server_ = std::make_unique<test::Process>(test::Launch{.arguments = {opa, "run", "--server", "--disable-telemetry", "--authentication=token", "--authorization=basic", "--addr", address, RULES, directory_->path() + "/authz.rego"},
                                                                   .environment = {{"HOME", directory_->path()}}, .directory = directory_->path(), .user = {}, .descriptors = {}, .limits = {}});
            http_.emplace(port);
            const auto healthy = [&] { return !server_->running() || test::HttpClient(port).get("/health").has_value(); };
            if (test::eventually(healthy, 120'000) && server_->running()) return true;
        }
        return false;
    }

public:
    void setUp() override {
        const std::string opa = program();
        if (opa.empty()) {
            if (std::getenv("LATCHKEY_REQUIRE_OPA") != nullptr) CPPUNIT_FAIL("there is no opa");
            std::fprintf(stderr, "skipped: there is no opa on the PATH, and LATCHKEY_OPA is not set\n");
            return;
        }
        directory_.emplace();
        directory_->write("authz.rego", "package system.authz\n\nimport rego.v1\n\ndefault allow := false\n\nallow if input.path[0] == \"health\"\n\nallow if input.identity == \"t0ken\"\n", 0644);
        CPPUNIT_ASSERT_MESSAGE("OPA did not start", started(opa));
        config_.url = "http://opa/";
        config_.paths = {"register/violation", "email/violation", "client_registration/violation", "authorization_grant/violation", "compat_login/violation", "personal_token/violation"};
        config_.data = R"({"invited":["alice"],"session_limit":{"soft_limit":3,"hard_limit":5}})";
        policy_.emplace(*http_, config_, "t0ken");
    }
    void tearDown() override { server_.reset(); }

private:
    GrantDecision grant(std::int64_t sessions) {
        return policy_->grant({.client = client_, .user = &user_, .sessions = SessionCounts{sessions, 0, 0}, .scope = Scope({"email", "openid"}), .grantType = "authorization_code", .requester = {}});
    }

    void decidesAboutRegistrations() {
        if (!policy_) return;
        CPPUNIT_ASSERT(policy_->registration({.method = "password", .username = "alice", .email = {}, .requester = {"192.0.2.1", {}}}).empty());
        const auto found = policy_->registration({.method = "password", .username = "bob", .email = {}, .requester = {"192.0.2.1", {}}});
        const PolicyViolations expected = {{"only invited people", "username-not-allowed", "username", false, {}}};
        CPPUNIT_ASSERT(expected == found);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), policy_->registration({.method = "password", .username = "bob", .email = {}, .requester = {"10.1.1.1", {}}}).size());
    }

    void decidesAboutEmails() {
        if (!policy_) return;
        CPPUNIT_ASSERT(policy_->email({.email = "a@good.example", .requester = {}}).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("email-domain-banned"), policy_->email({.email = "a@evil.example", .requester = {}}).at(0).code.value());
    }

    void decidesAboutClients() {
        if (!policy_) return;
        CPPUNIT_ASSERT(policy_->clientRegistration({.metadata = R"({"redirect_uris":["https://a/"]})", .requester = {}}).empty());
        const auto found = policy_->clientRegistration({.metadata = R"({"redirect_uris":["https://a/","http://b/"]})", .requester = {}});
        const PolicyViolations expected = {{"redirect_uri http://b/", {}, {}, true, {}}};
        CPPUNIT_ASSERT(expected == found);
    }

    void decidesAboutGrants() {
        if (!policy_) return;
        CPPUNIT_ASSERT(grant(2).violations.empty() && grant(2).consent == GrantDecision::Consent::ask);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), grant(5).violations.at(0).needToRemove.value());
        client_.isStatic = true;
        const GrantDecision trusted = grant(5);
        CPPUNIT_ASSERT(trusted.violations.empty() && trusted.consent == GrantDecision::Consent::skip && trusted.scope == Scope({"openid"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(120'000'000), trusted.accessTokenLifetime.value().us);
    }

    void decidesAboutCompatLogins() {
        if (!policy_) return;
        const auto judged = [&](const char* type) { return policy_->compatLogin({.user = user_, .sessions = {}, .sessionReplaced = false, .loginType = type, .redirectUri = {}, .requester = {}}); };
        CPPUNIT_ASSERT(judged("m.login.sso").empty());
        CPPUNIT_ASSERT_EQUAL(std::string("single sign-on only"), judged("m.login.password").at(0).message);
        user_.createdAt = Instant{1'700'000'000'000'001};
        CPPUNIT_ASSERT_EQUAL(std::string("new accounts wait"), judged("m.login.sso").at(0).message);
    }

    PolicyViolations personalToken(const char* scope, std::optional<Duration> lifetime, std::int64_t tokens = 0) {
        return policy_->personalToken({.user = user_, .sessions = {0, 0, tokens}, .scope = Scope({scope}), .lifetime = lifetime, .requester = {}});
    }

    void decidesAboutPersonalTokens() {
        if (!policy_) return;
        const Duration day = Duration::seconds(86'400);
        CPPUNIT_ASSERT(personalToken("urn:matrix:client:api:*", day).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("only the Matrix API"), personalToken("urn:mas:admin", day).at(0).message);
        CPPUNIT_ASSERT(personalToken("urn:matrix:client:api:*", Duration::seconds(30 * 86'400)).empty());
        CPPUNIT_ASSERT_EQUAL(std::string("at most 30 days"), personalToken("urn:matrix:client:api:*", Duration::seconds(30 * 86'400 + 1)).at(0).message);
        CPPUNIT_ASSERT_EQUAL(std::string("at most 30 days"), personalToken("urn:matrix:client:api:*", {}).at(0).message);
        CPPUNIT_ASSERT_EQUAL(std::string("enough of them"), personalToken("urn:matrix:client:api:*", day, 10).at(0).message);
    }

    void aRuleThatIsNotThereAllowsNothing() {
        if (!policy_) return;
        config_.paths.email = "nowhere/violation";
        CPPUNIT_ASSERT_THROW(OpaPolicy(*http_, config_, "t0ken").email({.email = "a@good.example", .requester = {}}), Error);
        config_.paths.personalToken = "nowhere/violation";
        policy_.emplace(*http_, config_, "t0ken");
        CPPUNIT_ASSERT_EQUAL(std::string("personal access tokens are not allowed here"), personalToken("urn:matrix:client:api:*", Duration::seconds(60)).at(0).message);
    }

    void aWrongTokenAllowsNothing() {
        if (policy_) CPPUNIT_ASSERT_THROW(OpaPolicy(*http_, config_, "guessed").email({.email = "a@good.example", .requester = {}}), Error);
    }

    void aStoppedServerAllowsNothing() {
        if (!policy_) return;
        server_.reset();
        CPPUNIT_ASSERT_THROW(policy_->email({.email = "a@good.example", .requester = {}}), Unavailable);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RealOpaTest);

}  // namespace latchkey::opa
