// SPDX-License-Identifier: Apache-2.0
#include "domain/outgoing_http.h"
#include "plugins/homeserver-synapse/doctor.h"

#include <cppunit/extensions/HelperMacros.h>

#include <map>

namespace latchkey::synapse {

namespace {

/// Answers by path; what it does not know cannot be reached.
struct FakeHttp final : OutgoingHttp {
    std::map<std::string, OutgoingResponse> answers;
    OutgoingResponse send(const OutgoingRequest& request) override {
        const auto found = answers.find(request.url.substr(request.url.find('/', 8)));
        if (found == answers.end()) throw OutgoingHttpError("nobody there");
        return found->second;
    }
};

struct Lines final : DoctorCheck::Report {
    void ok(const std::string& what) override { text += "ok " + what + "\n"; }
    void warn(const std::string& what, const std::string& cure) override { text += "warn " + what + " -> " + cure + "\n"; }
    void fail(const std::string& what, const std::string& cure) override { text += "fail " + what + " -> " + cure + "\n"; }
    std::string text;
};

constexpr const char* kVersions = "/_matrix/client/versions";
constexpr const char* kWhoami = "/_matrix/client/v3/account/whoami";
constexpr const char* kKeys = "/_matrix/key/v2/server";
constexpr const char* kMetadata = "/_matrix/client/v1/auth_metadata";
constexpr const char* kLogin = "/_matrix/client/v3/login";
constexpr const char* kWellKnown = "/.well-known/matrix/client";

}  // namespace

class SynapseDoctorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SynapseDoctorTest);
    CPPUNIT_TEST(findsNothingWhereAllIsWell);
    CPPUNIT_TEST(comparesTheServerName);
    CPPUNIT_TEST(saysNothingOfANameThatCannotBeHad);
    CPPUNIT_TEST(stopsWhereNobodyAnswers);
    CPPUNIT_TEST(saysWhetherSynapseReachesUs);
    CPPUNIT_TEST(saysWhatSynapseTellsClients);
    CPPUNIT_TEST(saysWhereOldClientsLand);
    CPPUNIT_TEST_SUITE_END();

    FakeHttp http_;

    std::string examine(const std::string& issuer = "https://auth.example.com/") {
        SynapseCheck::Settings settings;
        settings.matrix.serverName = "example.com";
        settings.matrix.endpoint = "http://synapse:8008/";
        settings.issuer = issuer;
        Lines lines;
        SynapseCheck(http_, settings).run(lines);
        return lines.text;
    }
    void answer(const char* path, int status, const std::string& body = "{}") { http_.answers[path] = {status, {}, body}; }
    static void requireHolds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(text + "\nlacks " + part, text.find(part) != std::string::npos); }
    static void requireLacks(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(text + "\nholds " + part, text.find(part) == std::string::npos); }

public:
    void setUp() override {
        answer(kWellKnown, 200, R"({"m.homeserver": {"base_url": "https://matrix.example.com"}})");
        answer(kVersions, 200);
        answer(kKeys, 200, R"({"server_name": "example.com"})");
        answer(kWhoami, 401);
        answer(kMetadata, 200, R"({"issuer": "https://auth.example.com/"})");
        answer(kLogin, 200, R"({"flows": [{"type": "m.login.password"}, {"type": "m.login.sso", "oauth_aware_preferred": true}]})");
    }

    void findsNothingWhereAllIsWell() {
        const std::string text = examine();
        requireLacks(text, "warn ");
        requireLacks(text, "fail ");
        requireHolds(text, "ok Synapse is example.com, as matrix.homeserver says");
        requireHolds(examine("http://auth.example.com/"), "warn the issuer http://auth.example.com/ is not https");
    }

    void comparesTheServerName() {
        answer(kKeys, 200, R"({"server_name": "matrix.example.com", "verify_keys": {}})");
        requireHolds(examine(), "fail Synapse calls itself matrix.example.com, matrix.homeserver says example.com -> set matrix.homeserver");
    }

    void saysNothingOfANameThatCannotBeHad() {
        for (const auto& [status, body] : {std::pair(404, "{}"), std::pair(200, "[]"), std::pair(200, "{\"server_name\": 7}"), std::pair(500, "{\"server_name\": \"other\"}")}) {
            answer(kKeys, status, body);
            const std::string text = examine();
            requireLacks(text, "matrix.homeserver says");
            requireLacks(text, "fail ");
        }
    }

    void stopsWhereNobodyAnswers() {
        http_.answers.clear();
        const std::string text = examine();
        requireHolds(text, "fail http://synapse:8008/_matrix/client/versions cannot be reached");
        requireHolds(text, "warn https://example.com/.well-known/matrix/client cannot be asked: nobody there");
        requireLacks(text, "login");
        answer(kVersions, 200, "a proxy's page");
        requireHolds(examine(), "fail http://synapse:8008/_matrix/client/versions answers 200 and is no Matrix homeserver");
    }

    void saysWhetherSynapseReachesUs() {
        for (const auto& [status, part] : {std::pair(503, "fail Synapse does not reach this service"), std::pair(200, "fail Synapse takes a token that does not exist"), std::pair(500, "warn Synapse answers 500")}) {
            answer(kWhoami, status);
            requireHolds(examine(), part);
        }
    }

    void saysWhatSynapseTellsClients() {
        answer(kMetadata, 404);
        requireHolds(examine(), "fail Synapse does not leave log-in to another service");
        answer(kMetadata, 500);
        requireHolds(examine(), "fail Synapse cannot tell clients about this service (500");
        answer(kMetadata, 200, R"({"issuer": "https://old.example.com/"})");
        requireHolds(examine(), "fail Synapse tells clients that the issuer is https://old.example.com/, here it is https://auth.example.com/ -> restart Synapse");
    }

    void saysWhereOldClientsLand() {
        answer(kLogin, 200, R"({"flows": [{"type": "m.login.sso"}]})");
        requireHolds(examine(), "warn https://matrix.example.com/_matrix/client/v3/login offers no log-in by this service");
        answer(kLogin, 404);
        requireHolds(examine(), "old clients cannot log in");
        answer(kWellKnown, 404);
        requireHolds(examine(), "names no homeserver");
        requireHolds(examine(), "http://synapse:8008/_matrix/client/v3/login");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SynapseDoctorTest);

}  // namespace latchkey::synapse
