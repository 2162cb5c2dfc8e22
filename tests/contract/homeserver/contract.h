// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/homeserver_client.h"
#include "tests/contract/homeserver/stub.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

/// What any Homeserver must do. A kind derives from it, opens itself on a stub, and lists LATCHKEY_HOMESERVER_CONTRACT.
class HomeserverContract : public CppUnit::TestFixture {
public:
    void setUp() override;
    void tearDown() override;

    void knowsWhichNamesAreFree();
    void createsUsersAndBringsThemInLine();
    void findsUsers();
    void setsAndClearsDisplayNames();
    void keepsDevices();
    void makesTheDevicesOfAUserAWholeSet();
    void deactivatesAndReactivates();
    void allowsTheReset();
    void saysThatAUserIsUnknown();
    void saysThatTheSecretIsWrong();
    void saysThatTheInterfaceIsNotThere();
    void repeatsWhatPasses();
    void givesUpInTime();
    void saysThatNobodyAnswers();
    void makesNothingOfNonsense();
    void keepsConnections();
    void takesANewConnectionForAStaleOne();

protected:
    virtual Stub::Interface interface() const = 0;
    virtual Stub::Trust trust() const { return Stub::Trust::bearer; }
    virtual std::unique_ptr<Homeserver> open(const std::string& url, const std::string& secret) = 0;

    static HomeserverClient::Options options(const std::string& url, const std::string& secret) {
        return {.endpoint = url, .secret = secret, .firstPauseMs = 1};
    }
    StubUser& user(const std::string& name) { return stub_->users.at(name); }

    const HomeserverCall call_{.timeoutMs = 20'000, .idempotencyKey = "one"};
    outgoing::CurlHttp http_{outgoing::OutgoingConfig{}};
    std::unique_ptr<Stub> stub_;
    std::unique_ptr<Homeserver> homeserver_;
};

}  // namespace latchkey::contract

#define LATCHKEY_HOMESERVER_CONTRACT                 \
    CPPUNIT_TEST(knowsWhichNamesAreFree);            \
    CPPUNIT_TEST(createsUsersAndBringsThemInLine);   \
    CPPUNIT_TEST(findsUsers);                        \
    CPPUNIT_TEST(setsAndClearsDisplayNames);         \
    CPPUNIT_TEST(keepsDevices);                      \
    CPPUNIT_TEST(makesTheDevicesOfAUserAWholeSet);   \
    CPPUNIT_TEST(deactivatesAndReactivates);         \
    CPPUNIT_TEST(allowsTheReset);                    \
    CPPUNIT_TEST(saysThatAUserIsUnknown);            \
    CPPUNIT_TEST(saysThatTheSecretIsWrong);          \
    CPPUNIT_TEST(saysThatTheInterfaceIsNotThere);    \
    CPPUNIT_TEST(repeatsWhatPasses);                 \
    CPPUNIT_TEST(givesUpInTime);                     \
    CPPUNIT_TEST(saysThatNobodyAnswers);             \
    CPPUNIT_TEST(makesNothingOfNonsense);            \
    CPPUNIT_TEST(keepsConnections);                  \
    CPPUNIT_TEST(takesANewConnectionForAStaleOne)
