// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encoding.h"
#include "plugins/events-webhook/doctor.h"
#include "plugins/events-webhook/webhook_sink.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::events_webhook {

namespace {

struct FakeHttp final : OutgoingHttp {
    OutgoingRequest last;
    int status = 200;  ///< 0: nobody answers
    OutgoingResponse send(const OutgoingRequest& request) override {
        last = request;
        if (status == 0) throw OutgoingHttpError("nobody there");
        OutgoingResponse response;
        response.status = status;
        return response;
    }
    std::string header(const std::string& name) const {
        for (const auto& [key, value] : last.headers) {
            if (key == name) return value;
        }
        return "absent";
    }
};

struct Context final : JobContext {
    Ulid id_{};
    const Ulid& id() const override { return id_; }
    int attempt() const override { return 0; }
    bool cancelled() const noexcept override { return false; }
};

struct Lines final : DoctorCheck::Report {
    void ok(const std::string& what) override { text += "ok " + what; }
    void warn(const std::string& what, const std::string&) override { text += "warn " + what + "; "; }
    void fail(const std::string& what, const std::string& cure) override { text += "fail " + what + " -> " + cure; }
    std::string text;
};

constexpr const char* kSecret = "a-secret-of-sixteen";
constexpr const char* kJob = R"({"id":"01HZZZZZZZZZZZZZZZZZZZZZZZ","body":"{\"events\":[]}"})";

}  // namespace

class DeliveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DeliveryTest);
    CPPUNIT_TEST(signsTimeIdAndBody);
    CPPUNIT_TEST(signsAsDocumented);
    CPPUNIT_TEST(attack4_goesToPublicAddressesUnlessAllowedAndFollowsNoRedirect);
    CPPUNIT_TEST(triesAgainUnlessItIsPointless);
    CPPUNIT_TEST(givesUpWhatItCannotRead);
    CPPUNIT_TEST(sendsOnlyWhatIsWanted);
    CPPUNIT_TEST(attack26_noSecretIsInWhatIsSent);
    CPPUNIT_TEST(theDoctorTriesIt);
    CPPUNIT_TEST_SUITE_END();

    FakeHttp http_;
    HookSettings settings_;

public:
    void setUp() override {
        http_.status = 200;
        http_.last = {};
        settings_ = {};
        settings_.url = "https://audit.example.com/hook";
    }

private:
    JobOutcome run(const std::string& payload = kJob) {
        const Delivery delivery(http_, settings_, kSecret);
        return DeliverEvents(delivery).run(payload, Context());
    }

    void signsTimeIdAndBody() {
        CPPUNIT_ASSERT(run().kind == JobOutcome::Kind::done);
        CPPUNIT_ASSERT_EQUAL(std::string("POST https://audit.example.com/hook {\"events\":[]}"), http_.last.method + " " + http_.last.url + " " + http_.last.body);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json 01HZZZZZZZZZZZZZZZZZZZZZZZ"), http_.header("content-type") + " " + http_.header("latchkey-id"));
        const std::string text = "latchkey-events-v1\n" + http_.header("latchkey-timestamp") + "\n01HZZZZZZZZZZZZZZZZZZZZZZZ\n{\"events\":[]}";
        CPPUNIT_ASSERT_EQUAL("v1=" + hex(hmacSha256(kSecret, text)), http_.header("latchkey-signature"));
    }

    // The example of docs/events.md; the signature is openssl's.
    void signsAsDocumented() {
        CPPUNIT_ASSERT_EQUAL(std::string("4b626d0d09c099cb817bcd3440005d759d4d794e7aa92057d95829d88cef0635"),
                             hex(hmacSha256("a-secret-of-16-characters-or-more", signedText(1'769'851'800, "01KG9Q8T4V0000000000000000", "{\"events\":[]}"))));
    }

    void attack4_goesToPublicAddressesUnlessAllowedAndFollowsNoRedirect() {
        run();
        CPPUNIT_ASSERT(http_.last.untrusted && http_.last.redirects == 0 && http_.last.timeoutMs == 10'000);
        settings_.allowPrivateAddresses = true;
        run();
        CPPUNIT_ASSERT(!http_.last.untrusted && http_.last.redirects == 0);
        http_.status = 302;
        const JobOutcome outcome = run();
        CPPUNIT_ASSERT(outcome.kind == JobOutcome::Kind::retry && outcome.reason.find("redirects are not followed") != std::string::npos);
    }

    void triesAgainUnlessItIsPointless() {
        for (const int status : {200, 202, 204}) CPPUNIT_ASSERT(outcomeOf(status).kind == JobOutcome::Kind::done);
        for (const int status : {0, 401, 403, 404, 408, 429, 500, 503}) {
            http_.status = status;
            CPPUNIT_ASSERT_MESSAGE(std::to_string(status), run().kind == JobOutcome::Kind::retry);
        }
        for (const int status : {400, 410, 413, 422}) CPPUNIT_ASSERT(outcomeOf(status).kind == JobOutcome::Kind::failed);
    }

    void givesUpWhatItCannotRead() {
        for (const char* each : {"", "[]", "{}", "{\"id\":\"x\"}", "x"}) CPPUNIT_ASSERT_MESSAGE(each, run(each).kind == JobOutcome::Kind::failed);
        CPPUNIT_ASSERT(http_.last.url.empty());
    }

    void sendsOnlyWhatIsWanted() {
        const auto event = [](EventKind kind) {
            auto made = std::make_shared<Event>();
            made->kind = kind;
            return made;
        };
        settings_.kinds = {EventKind::loginFailed};
        const auto wanted = event(EventKind::loginFailed);
        CPPUNIT_ASSERT_EQUAL("{\"events\":[" + toJson(*wanted) + "," + toJson(*wanted) + "]}", bodyOf({wanted, event(EventKind::userLocked), wanted}, settings_));
        CPPUNIT_ASSERT_EQUAL(std::string(), bodyOf({event(EventKind::userLocked)}, settings_));
    }

    void attack26_noSecretIsInWhatIsSent() {
        run();
        std::string all = http_.last.url + http_.last.body;
        for (const auto& [name, value] : http_.last.headers) all += name + value;
        CPPUNIT_ASSERT(all.find(kSecret) == std::string::npos);
        http_.status = 500;
        CPPUNIT_ASSERT(run().reason.find(kSecret) == std::string::npos);
    }

    std::string doctor(int status) {
        http_.status = status;
        const Delivery delivery(http_, settings_, kSecret);
        Lines lines;
        WebhookCheck(delivery, settings_).run(lines);
        return lines.text;
    }

    void theDoctorTriesIt() {
        CPPUNIT_ASSERT_EQUAL(std::string("ok the receiver of events answers"), doctor(204));
        CPPUNIT_ASSERT(doctor(401).find("clocks agree") != std::string::npos);
        CPPUNIT_ASSERT(doctor(0).starts_with("fail the receiver of events cannot be reached: nobody there"));
        settings_.url = "http://audit.example.com/";
        CPPUNIT_ASSERT(doctor(200).starts_with("warn events go to http://audit.example.com/ unencrypted"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DeliveryTest);

}  // namespace latchkey::events_webhook
