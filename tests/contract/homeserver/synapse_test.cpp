// SPDX-License-Identifier: Apache-2.0
#include "kernel/version.h"
#include "plugins/homeserver-synapse/legacy_synapse.h"
#include "plugins/homeserver-synapse/modern_synapse.h"
#include "plugins/homeserver-synapse/read_only.h"
#include "tests/contract/homeserver/contract.h"

namespace latchkey::contract {

namespace {

// A page for whatever is asked.
void requirePingToNotice(Stub& stub, Homeserver& homeserver, const HomeserverCall& call) {
    stub.disturb({Stub::Fault::garbage});
    try {
        homeserver.ping(call);
        CPPUNIT_FAIL("it took a web server for a Synapse");
    } catch (const HomeserverError& error) {
        CPPUNIT_ASSERT(error.reason() == HomeserverError::Reason::failed);
    }
    homeserver.ping(call);
}

}  // namespace

class ModernSynapseTest : public HomeserverContract {
    CPPUNIT_TEST_SUITE(ModernSynapseTest);
    LATCHKEY_HOMESERVER_CONTRACT;
    CPPUNIT_TEST(takesNoWebServerForASynapse);
    CPPUNIT_TEST(saysWhoItIs);
    CPPUNIT_TEST(saysWhetherAUserIsLocked);
    CPPUNIT_TEST(changesNothingWhereItMayOnlyRead);
    CPPUNIT_TEST_SUITE_END();

    Stub::Interface interface() const override { return modernSynapse; }
    std::unique_ptr<Homeserver> open(const std::string& url, const std::string& secret) override {
        return std::make_unique<synapse::ModernSynapse>(HomeserverClient(http_, options(url, secret)));
    }

public:
    void takesNoWebServerForASynapse() { requirePingToNotice(*stub_, *homeserver_, call_); }

    void saysWhoItIs() {
        homeserver_->findUser("alice", call_);
        CPPUNIT_ASSERT_EQUAL(std::string("latchkey/") + kVersion, stub_->last.headers.at("user-agent"));
    }

    void saysWhetherAUserIsLocked() {
        homeserver_->provisionUser({.localpart = "alice", .displayName = {}, .avatarUrl = {}, .emails = {}, .locked = true}, call_);
        CPPUNIT_ASSERT(user("alice").locked && !stub_->last.has("set_emails") && !stub_->last.has("unset_displayname"));
    }

    void changesNothingWhereItMayOnlyRead() {
        synapse::ReadOnlySynapse reading{HomeserverClient(http_, options(stub_->url(), Stub::kSecret))};
        reading.ping(call_);
        CPPUNIT_ASSERT(reading.findUser("alice", call_) && reading.availability("alice", call_) == LocalpartAvailability::taken);
        const int before = stub_->requests();
        try {
            reading.deleteUser("alice", true, call_);
            CPPUNIT_FAIL("it was done");
        } catch (const HomeserverError& error) {
            CPPUNIT_ASSERT(error.reason() == HomeserverError::Reason::unsupported);
        }
        CPPUNIT_ASSERT_EQUAL(before, stub_->requests());
    }
};

class LegacySynapseTest : public HomeserverContract {
    CPPUNIT_TEST_SUITE(LegacySynapseTest);
    LATCHKEY_HOMESERVER_CONTRACT;
    CPPUNIT_TEST(takesNoWebServerForASynapse);
    CPPUNIT_TEST(namesTheSubject);
    CPPUNIT_TEST_SUITE_END();

    Stub::Interface interface() const override { return legacySynapse; }
    std::unique_ptr<Homeserver> open(const std::string& url, const std::string& secret) override {
        return std::make_unique<synapse::LegacySynapse>(HomeserverClient(http_, options(url, secret)), "example.com");
    }

public:
    void takesNoWebServerForASynapse() { requirePingToNotice(*stub_, *homeserver_, call_); }

    void namesTheSubject() {
        homeserver_->provisionUser({.localpart = "bob", .displayName = {}, .avatarUrl = {}, .emails = {}, .locked = false, .subject = "01ABC"}, call_);
        CPPUNIT_ASSERT(stub_->last.body.find(R"("external_id":"01ABC")") != std::string::npos);
        CPPUNIT_ASSERT(stub_->last.body.find(R"("auth_provider":"oauth-delegated")") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ModernSynapseTest);
CPPUNIT_TEST_SUITE_REGISTRATION(LegacySynapseTest);

}  // namespace latchkey::contract
