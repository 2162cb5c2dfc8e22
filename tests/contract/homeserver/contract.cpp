// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/homeserver/contract.h"

#include "kernel/deadline.h"

namespace latchkey::contract {

namespace {

using Reason = HomeserverError::Reason;
using Fault = Stub::Fault;

// What a call fails with; nothing if it does not.
template <typename Call>
std::optional<Reason> failure(Call&& call) {
    try {
        call();
        return std::nullopt;
    } catch (const HomeserverError& error) {
        CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(Stub::kSecret) == std::string::npos);
        return error.reason();
    }
}

const ProfileChange kKeep{};

}  // namespace

void HomeserverContract::setUp() {
    stub_ = std::make_unique<Stub>(interface(), trust());
    homeserver_ = open(stub_->url(), Stub::kSecret);
    homeserver_->provisionUser({.localpart = "alice", .displayName = kKeep, .avatarUrl = kKeep, .emails = {}}, call_);
}

void HomeserverContract::tearDown() {
    homeserver_.reset();
    stub_.reset();
}

void HomeserverContract::knowsWhichNamesAreFree() {
    const std::pair<const char*, LocalpartAvailability> all[] = {{"bob", LocalpartAvailability::available},  {"alice", LocalpartAvailability::taken},
                                                                 {"Bob", LocalpartAvailability::invalid},    {"1234", LocalpartAvailability::invalid},
                                                                 {"a&b=c", LocalpartAvailability::invalid}, {"irc-bob", LocalpartAvailability::reserved}};
    for (const auto& [name, expected] : all) CPPUNIT_ASSERT_MESSAGE(name, homeserver_->availability(name, call_) == expected);
}

void HomeserverContract::createsUsersAndBringsThemInLine() {
    const ProfileChange name{ProfileChange::Kind::set, "Bob B"};
    CPPUNIT_ASSERT(homeserver_->provisionUser({.localpart = "bob", .displayName = name, .avatarUrl = kKeep, .emails = {{"b@example.com", "c@example.com"}}}, call_));
    CPPUNIT_ASSERT(user("bob").displayName == "Bob B");
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, user("bob").emails.size());
    CPPUNIT_ASSERT(!homeserver_->provisionUser({.localpart = "bob", .displayName = kKeep, .avatarUrl = kKeep, .emails = std::vector<std::string>{}}, call_));
    CPPUNIT_ASSERT(user("bob").displayName == "Bob B" && user("bob").emails.empty());
    CPPUNIT_ASSERT(failure([&] { homeserver_->provisionUser({.localpart = "1234", .displayName = kKeep, .avatarUrl = kKeep, .emails = {}}, call_); }) == Reason::refused);
}

void HomeserverContract::findsUsers() {
    const auto found = homeserver_->findUser("alice", call_);
    CPPUNIT_ASSERT(found && found->userId == "@alice:example.com" && found->displayName == "alice" && !found->avatarUrl && !found->deactivated);
    CPPUNIT_ASSERT(!homeserver_->findUser("nobody", call_));
}

void HomeserverContract::setsAndClearsDisplayNames() {
    homeserver_->setDisplayName("alice", "Alice", call_);
    CPPUNIT_ASSERT(user("alice").displayName == "Alice");
    homeserver_->setDisplayName("alice", "", call_);
    CPPUNIT_ASSERT(!user("alice").displayName);
}

void HomeserverContract::keepsDevices() {
    homeserver_->upsertDevice("alice", "a/b?#", "phone", call_);
    homeserver_->upsertDevice("alice", "a/b?#", std::nullopt, call_);
    CPPUNIT_ASSERT_EQUAL(std::string("phone"), user("alice").devices.at("a/b?#"));
    homeserver_->setDeviceName("alice", "a/b?#", "telephone", call_);
    CPPUNIT_ASSERT_EQUAL(std::string("telephone"), user("alice").devices.at("a/b?#"));
    CPPUNIT_ASSERT(failure([&] { homeserver_->setDeviceName("alice", "other", "x", call_); }) == Reason::notFound);
    homeserver_->deleteDevice("alice", "a/b?#", call_);
    homeserver_->deleteDevice("alice", "a/b?#", call_);
    CPPUNIT_ASSERT(user("alice").devices.empty());
}

void HomeserverContract::makesTheDevicesOfAUserAWholeSet() {
    homeserver_->upsertDevice("alice", "ONE", "kept", call_);
    homeserver_->upsertDevice("alice", "TWO", std::nullopt, call_);
    homeserver_->syncDevices("alice", {"ONE", "THREE", "THREE"}, call_);
    CPPUNIT_ASSERT((user("alice").devices == std::map<std::string, std::string>{{"ONE", "kept"}, {"THREE", ""}}));
    homeserver_->syncDevices("alice", {}, call_);
    CPPUNIT_ASSERT(user("alice").devices.empty());
}

void HomeserverContract::deactivatesAndReactivates() {
    homeserver_->deleteUser("alice", true, call_);
    CPPUNIT_ASSERT(user("alice").deactivated && user("alice").erased && homeserver_->findUser("alice", call_)->deactivated);
    homeserver_->reactivateUser("alice", call_);
    CPPUNIT_ASSERT(!user("alice").deactivated && !homeserver_->findUser("alice", call_)->deactivated);
}

void HomeserverContract::allowsTheReset() {
    homeserver_->allowCrossSigningReset("alice", call_);
    CPPUNIT_ASSERT(user("alice").resetAllowed);
}

void HomeserverContract::saysThatAUserIsUnknown() {
    CPPUNIT_ASSERT(failure([&] { homeserver_->syncDevices("nobody", {"A"}, call_); }) == Reason::notFound);
    CPPUNIT_ASSERT(failure([&] { homeserver_->deleteUser("nobody", false, call_); }) == Reason::notFound);
}

void HomeserverContract::saysThatTheSecretIsWrong() {
    homeserver_->ping(call_);
    const auto stranger = open(stub_->url(), "wrong");
    CPPUNIT_ASSERT(failure([&] { stranger->ping(call_); }) == Reason::unauthorized);
    CPPUNIT_ASSERT(failure([&] { stranger->syncDevices("alice", {"A"}, call_); }) == Reason::unauthorized);
}

void HomeserverContract::saysThatTheInterfaceIsNotThere() {
    const auto elsewhere = open(stub_->url() + "below/", Stub::kSecret);
    CPPUNIT_ASSERT(failure([&] { elsewhere->ping(call_); }) == Reason::unauthorized);
    CPPUNIT_ASSERT(failure([&] { elsewhere->findUser("alice", call_); }) == Reason::unauthorized);
    open(stub_->url() + "dropped", Stub::kSecret)->ping(call_);  // no slash at the end: that part is replaced
}

void HomeserverContract::repeatsWhatPasses() {
    for (const Fault fault : {Fault::serverError, Fault::reset, Fault::cut}) {
        const int before = stub_->requests();
        stub_->disturb({fault, fault});
        homeserver_->deleteDevice("alice", "A", call_);
        CPPUNIT_ASSERT(stub_->requests() >= before + 3);
    }
    const int before = stub_->requests();
    CPPUNIT_ASSERT(failure([&] { homeserver_->deleteUser("nobody", true, call_); }) == Reason::notFound);
    CPPUNIT_ASSERT_EQUAL(before + 1, stub_->requests());
    stub_->disturb(std::vector<Fault>(8, Fault::serverError));
    CPPUNIT_ASSERT(failure([&] { homeserver_->deleteDevice("alice", "A", call_); }) == Reason::failed);
}

void HomeserverContract::givesUpInTime() {
    stub_->disturb(std::vector<Fault>(8, Fault::drip));
    const std::int64_t began = monotonicMs();
    CPPUNIT_ASSERT(failure([&] { homeserver_->findUser("alice", {.timeoutMs = 300}); }) == Reason::unreachable);
    CPPUNIT_ASSERT(monotonicMs() - began < 15'000);
}

void HomeserverContract::saysThatNobodyAnswers() {
    const std::string url = stub_->url();
    stub_.reset();
    CPPUNIT_ASSERT(failure([&] { homeserver_->ping(call_); }) == Reason::unreachable);
    CPPUNIT_ASSERT(failure([&] { homeserver_->availability("bob", call_); }) == Reason::unreachable);
}

void HomeserverContract::makesNothingOfNonsense() {
    stub_->disturb({Fault::garbage});
    CPPUNIT_ASSERT(failure([&] { homeserver_->findUser("alice", call_); }) == Reason::failed);
    stub_->disturb(std::vector<Fault>(4, Fault::huge));
    CPPUNIT_ASSERT(failure([&] { homeserver_->findUser("alice", call_); }) == Reason::unreachable);
    stub_->disturb(std::vector<Fault>(16, Fault::redirect));  // four attempts, each follows three
    CPPUNIT_ASSERT(failure([&] { homeserver_->findUser("alice", call_); }) == Reason::unreachable);
    stub_->disturb({});
    CPPUNIT_ASSERT(homeserver_->findUser("alice", call_).has_value());
}

void HomeserverContract::keepsConnections() {
    const int before = stub_->connections();
    for (int i = 0; i < 5; ++i) homeserver_->findUser("alice", call_);
    CPPUNIT_ASSERT_EQUAL(before, stub_->connections());
}

void HomeserverContract::takesANewConnectionForAStaleOne() {
    stub_->dropIdle(true);
    for (int i = 0; i < 5; ++i) homeserver_->upsertDevice("alice", "DEVICE", "name", call_);
    CPPUNIT_ASSERT_EQUAL(std::string("name"), user("alice").devices.at("DEVICE"));
}

}  // namespace latchkey::contract
