// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/homeserver-webhook/doctor.h"
#include "plugins/homeserver-webhook/signature.h"
#include "plugins/homeserver-webhook/webhook.h"
#include "tests/contract/homeserver/contract.h"
#include "tests/contract/homeserver/receiver.h"

#include <ctime>

namespace latchkey::contract {

using Reason = HomeserverError::Reason;
using webhook::WebhookHomeserver;

namespace {

struct Lines final : DoctorCheck::Report {
    void ok(const std::string& what) override { text += "ok " + what + "\n"; }
    void warn(const std::string& what, const std::string&) override { text += "warn " + what + "\n"; }
    void fail(const std::string& what, const std::string&) override { text += "fail " + what + "\n"; }
    bool holds(const std::string& part) const { return text.find(part) != std::string::npos; }
    std::string text;
};

std::string examine(const MatrixSettings& settings, const webhook::WebhookCheck::Ask& ask) {
    Lines lines;
    webhook::WebhookCheck(settings, ask).run(lines);
    return lines.text;
}

std::vector<std::string> problemsOf(const std::string& yaml, HomeserverCapabilities* capabilities = nullptr) {
    config::Tree tree;
    config::Problems problems;
    tree.merge(config::parseYaml(yaml, "test.yaml", problems));
    const auto settings = webhook::WebhookSettings::parse(config::Section(tree, problems));
    if (capabilities != nullptr) *capabilities = settings.capabilities;
    return problems.errors();
}

}  // namespace

/// The contract of docs/homeserver-webhook.md against its example in Python, a stub between the two that disturbs.
class WebhookTest : public HomeserverContract {
    CPPUNIT_TEST_SUITE(WebhookTest);
    LATCHKEY_HOMESERVER_CONTRACT;
    CPPUNIT_TEST(signsAsTheDocumentSays);
    CPPUNIT_TEST(neverSendsTheSecret);
    CPPUNIT_TEST(tellsOfAnEmptyNameAsNone);
    CPPUNIT_TEST(repeatsWithOneKeyAndItsOwnTime);
    CPPUNIT_TEST(theReceiverDoesNothingTwice);
    CPPUNIT_TEST(theReceiverRefusesWhatWasChangedOrIsOld);
    CPPUNIT_TEST(theReceiverBoundsWhatItReads);
    CPPUNIT_TEST(saysWhatAHomeserverDoesNotDo);
    CPPUNIT_TEST(leavesAloneWhatItMayOnlyRead);
    CPPUNIT_TEST(refusesPlainHttpToOtherMachines);
    CPPUNIT_TEST(theDoctorComparesNames);
    CPPUNIT_TEST(theDoctorHearsWhetherTheHomeserverReachesUs);
    CPPUNIT_TEST_SUITE_END();

    Stub::Interface interface() const override {
        return [this](Stub& stub, const StubRequest& request) {
            const OutgoingResponse answer = receiver_->forward(toReceiver_, request);
            stub.users = receiver_->users();
            return StubAnswer{answer.status, answer.body};
        };
    }
    Stub::Trust trust() const override { return Stub::Trust::interface; }
    std::unique_ptr<Homeserver> open(const std::string& url, const std::string& secret) override { return opened(url, secret); }
    std::unique_ptr<WebhookHomeserver> opened(const std::string& url, const std::string& secret, HomeserverCapabilities capabilities = {}) {
        auto options = WebhookHomeserver::options(url, secret);
        options.firstPauseMs = 1;
        return std::make_unique<WebhookHomeserver>(HomeserverClient(http_, options), capabilities);
    }

    // Sends a request that is signed for `seconds`, with a body that may be another one than was signed.
    OutgoingResponse sent(const std::string& call, const std::string& signedBody, const std::string& body, std::int64_t seconds) {
        StubRequest request;
        request.method = "POST";
        request.path = "/latchkey/v1/" + call;
        request.body = body;
        const HomeserverRequest asSigned{.path = request.path, .body = signedBody, .headers = {{webhook::kKeyHeader, "key"}}};
        for (const auto& [name, value] : webhook::signedHeaders(Stub::kSecret, asSigned, seconds)) request.headers[name] = value;
        request.headers[webhook::kKeyHeader] = "key";
        return receiver_->forward(toReceiver_, request);
    }

    mutable outgoing::CurlHttp toReceiver_{outgoing::OutgoingConfig{}};
    std::unique_ptr<Receiver> receiver_;

public:
    void setUp() override {
        receiver_ = std::make_unique<Receiver>();
        HomeserverContract::setUp();
    }
    void tearDown() override {
        HomeserverContract::tearDown();
        receiver_.reset();
    }

    // The example that stands in docs/homeserver-webhook.md.
    void signsAsTheDocumentSays() {
        const HomeserverRequest request{.path = "latchkey/v1/upsert_device", .body = R"({"localpart":"alice","device_id":"AABBCC"})", .headers = {{webhook::kKeyHeader, "01KFCVTP00S8WYQ2MEXF0P6Q1T"}}};
        const auto headers = webhook::signedHeaders("correct horse battery staple", request, 1767225600);
        CPPUNIT_ASSERT((headers[0] == std::pair<std::string, std::string>("latchkey-timestamp", "1767225600")));
        CPPUNIT_ASSERT_EQUAL(std::string("v1=adeba6b8706dfae2806682788c7bdd26fc7339b4e4e33cafde82f7f6ccabdb4d"), headers[1].second);
    }

    void tellsOfAnEmptyNameAsNone() {
        const ProfileChange empty{ProfileChange::Kind::set, ""};
        homeserver_->provisionUser({.localpart = "alice", .displayName = empty, .avatarUrl = {}, .emails = {}, .subject = "01ABC"}, call_);
        CPPUNIT_ASSERT_MESSAGE(stub_->last.body, stub_->last.has("display_name") && stub_->last.json->isNull("display_name"));
        CPPUNIT_ASSERT_EQUAL(std::string("01ABC"), stub_->last.text("subject"));
    }

    void neverSendsTheSecret() {
        homeserver_->findUser("alice", call_);
        CPPUNIT_ASSERT_EQUAL(std::string(), stub_->last.headers["authorization"]);
        for (const auto& [name, value] : stub_->last.headers) CPPUNIT_ASSERT_MESSAGE(name, value.find(Stub::kSecret) == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("/latchkey/v1/query_user"), stub_->last.path);
        CPPUNIT_ASSERT_EQUAL(std::string(), stub_->last.query);
    }

    void repeatsWithOneKeyAndItsOwnTime() {
        std::vector<std::string> keys;
        std::vector<std::string> bodies;
        Stub failing([&](Stub&, const StubRequest& request) {
            keys.push_back(request.headers.at("idempotency-key"));
            bodies.push_back(request.headers.at("latchkey-timestamp"));
            return StubAnswer{keys.size() < 3 ? 503 : 200, "{}"};
        }, Stub::Trust::interface);
        const auto homeserver = opened(failing.url(), Stub::kSecret);
        homeserver->deleteDevice("alice", "A", {.timeoutMs = 20'000, .idempotencyKey = "job"});
        CPPUNIT_ASSERT((keys == std::vector<std::string>{"job", "job", "job"}));
        for (const std::string& stamp : bodies) CPPUNIT_ASSERT(std::abs(std::stoll(stamp) - std::time(nullptr)) < 60);
        keys.clear();
        homeserver->deleteDevice("alice", "A", {.timeoutMs = 20'000});
        CPPUNIT_ASSERT(keys.size() == 3 && keys[0].size() == 26 && keys[0] == keys[2]);
        const std::string first = keys[0];
        homeserver->deleteDevice("alice", "A", {.timeoutMs = 20'000});
        CPPUNIT_ASSERT(keys.back() != first);
    }

    void theReceiverDoesNothingTwice() {
        const HomeserverCall job{.timeoutMs = 20'000, .idempotencyKey = "job"};
        homeserver_->setDisplayName("alice", "First", job);
        homeserver_->setDisplayName("alice", "Second", {.timeoutMs = 20'000, .idempotencyKey = "other"});
        homeserver_->setDisplayName("alice", "First", job);
        CPPUNIT_ASSERT(user("alice").displayName == "Second");
        homeserver_->setDisplayName("alice", "Third", job);  // the same intention, of which more is known by now
        CPPUNIT_ASSERT(user("alice").displayName == "Third");
    }

    void theReceiverRefusesWhatWasChangedOrIsOld() {
        const std::string body = R"({"localpart":"alice"})";
        const std::int64_t now = std::time(nullptr);
        CPPUNIT_ASSERT_EQUAL(200, sent("query_user", body, body, now).status);
        CPPUNIT_ASSERT_EQUAL(401, sent("query_user", body, R"({"localpart":"alicf"})", now).status);
        CPPUNIT_ASSERT_EQUAL(401, sent("query_user", body, body, now - 400).status);
        CPPUNIT_ASSERT_EQUAL(401, sent("query_user", body, body, now + 400).status);
        CPPUNIT_ASSERT_EQUAL(404, sent("save", body, body, now).status);
    }

    void theReceiverBoundsWhatItReads() {
        const std::int64_t now = std::time(nullptr);
        const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
        CPPUNIT_ASSERT_EQUAL(400, sent("query_user", deep, deep, now).status);
        const std::string large(2 << 20, ' ');
        CPPUNIT_ASSERT_EQUAL(413, sent("query_user", large, large, now).status);
        CPPUNIT_ASSERT_EQUAL(400, sent("query_user", "{}", "{}", now).status);
    }

    void saysWhatAHomeserverDoesNotDo() {
        Stub poor([](Stub&, const StubRequest&) { return refusal(501, "M_UNRECOGNIZED"); }, Stub::Trust::interface);
        expectUnsupported([&] { opened(poor.url(), Stub::kSecret)->reactivateUser("alice", call_); });
        CPPUNIT_ASSERT_EQUAL(1, poor.requests());
    }

    void leavesAloneWhatItMayOnlyRead() {
        const int before = stub_->requests();
        const auto reading = opened(stub_->url(), Stub::kSecret, {.writes = false, .crossSigningReset = false});
        expectUnsupported([&] { reading->syncDevices("alice", {}, call_); });
        expectUnsupported([&] { reading->allowCrossSigningReset("alice", call_); });
        CPPUNIT_ASSERT_EQUAL(before, stub_->requests());
        CPPUNIT_ASSERT(reading->findUser("alice", call_).has_value());
    }

    void refusesPlainHttpToOtherMachines() {
        const std::string matrix = "matrix: {kind: webhook, secret: x, homeserver: a.org, endpoint: 'http";
        for (const char* fine : {"s://hs.example/'}", "://localhost:8008/'}", "://127.0.0.9/'}", "://[::1]:80/'}", "://hs.example/'}\nhomeserver_webhook: {allow_http: true}"}) {
            CPPUNIT_ASSERT_MESSAGE(fine, problemsOf(matrix + fine).empty());
        }
        for (const char* open : {"://hs.example/'}", "://localhost@hs.example/'}", "://127.0.0.1.example/'}", "://10.0.0.1/'}"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(open, std::size_t{1}, problemsOf(matrix + open).size());
        }
        CPPUNIT_ASSERT(problemsOf("matrix: {secret: x, endpoint: 'http://hs.example/'}").empty());
        HomeserverCapabilities read;
        problemsOf(matrix + "s://a/'}\nhomeserver_webhook: {read_only: true}", &read);
        CPPUNIT_ASSERT(!read.writes && !read.crossSigningReset);
    }

    void theDoctorComparesNames() {
        MatrixSettings settings;
        settings.endpoint = stub_->url();
        settings.serverName = "example.com";
        const auto ask = [&] { return opened(stub_->url(), Stub::kSecret)->info(call_); };
        CPPUNIT_ASSERT_EQUAL(std::string("ok the homeserver is example.com, as matrix.homeserver says\n"), examine(settings, ask));
        settings.serverName = "example.org";
        CPPUNIT_ASSERT(examine(settings, ask).starts_with("fail the homeserver calls itself example.com"));
        settings.endpoint = "http://hs.example/";
        CPPUNIT_ASSERT(examine(settings, [] { return webhook::ReceiverInfo(); }).starts_with("warn calls go to http://hs.example/ unencrypted"));
        CPPUNIT_ASSERT_EQUAL(std::string(), examine({}, [] { return webhook::ReceiverInfo(); }));
    }

    void theDoctorHearsWhetherTheHomeserverReachesUs() {
        std::string body = R"({"active":false})";
        Stub service([&](Stub&, const StubRequest&) { return StubAnswer{200, body}; });
        const auto said = [&](const std::string& url) {
            receiver_ = std::make_unique<Receiver>(url);
            return opened(receiver_->url(), Stub::kSecret)->info(call_).introspection.value_or("nothing");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), said(service.url()));
        body = R"({"active":true})";
        CPPUNIT_ASSERT(said(service.url()).find("active") != std::string::npos);
        CPPUNIT_ASSERT(said("http://127.0.0.1:1/").find("refused") != std::string::npos);
        CPPUNIT_ASSERT(examine({}, [] { return webhook::ReceiverInfo{.serverName = {}, .introspection = "no route"}; }).starts_with("fail the homeserver does not reach this service to ask about tokens: no route"));
    }

private:
    template <typename Call>
    static void expectUnsupported(Call&& call) {
        try {
            call();
            CPPUNIT_FAIL("it was done");
        } catch (const HomeserverError& error) {
            CPPUNIT_ASSERT(error.reason() == Reason::unsupported);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WebhookTest);

}  // namespace latchkey::contract
