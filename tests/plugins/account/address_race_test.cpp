// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/user/email_authentication.h"
#include "tests/plugins/account/registering.h"

#include <cppunit/extensions/HelperMacros.h>

#include <exception>
#include <latch>
#include <thread>

namespace latchkey::account {

namespace {

constexpr int kRounds = 10;
constexpr int kOfEach = 6;
constexpr const char* kCode = "123456";

/// Somebody who is one request away from having an address.
class Contestant {
public:
    explicit Contestant(contract::World& world) : browser_(world) {}
    virtual ~Contestant() = default;
    virtual http::Response goOn() = 0;
    /// `won`, `lost`, or what else was answered.
    virtual std::string resultOf(const http::Response& answer) = 0;

    /// All that may go wrong, as text.
    void race(std::latch& start) noexcept {
        start.arrive_and_wait();
        try {
            result = resultOf(goOn());
        } catch (const std::exception& error) {
            result = error.what();
        }
    }
    std::string result;

protected:
    static std::string described(const http::Response& answer) { return std::to_string(answer.status) + " " + std::string(answer.headers.get("Location").value_or(answer.body)); }
    Registering browser_;
};

class Newcomer final : public Contestant {
public:
    Newcomer(contract::World& world, const std::string& name, const std::string& address) : Contestant(world) {
        browser_.beginWithEmail(address, name);
        browser_.mail(kCode);
        browser_.take("verify-email", {{"code", kCode}});
        browser_.take("display-name", {{"display_name", name}});
    }
    http::Response goOn() override { return browser_.get(browser_.step("finish")); }
    std::string resultOf(const http::Response& answer) override {
        if (answer.status == 303 && browser_.header("Location", answer) == "/") return "won";
        return answer.status == 200 && holds(answer, "You have an account already") ? "lost" : described(answer);
    }
};

class Resident final : public Contestant {
public:
    Resident(contract::World& world, const std::string& name, const std::string& address) : Contestant(world) {
        browser_.person(name);
        browser_.get("/login");
        browser_.logIn(name);
        browser_.get("/account/emails");
        page_ = browser_.header("Location", browser_.post("/account/emails", {{"email", address}}));
        const Ulid authentication = Ulid::parse(page_.substr(std::string("/account/emails/").size(), 26)).value();
        const Instant now = currentTime();
        world.commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.emailAuthentications().addCode({world.id(), authentication, kCode, now, now + kEmailCodeLifetime})); });
        browser_.get(page_);
    }
    http::Response goOn() override { return browser_.post(page_, {{"code", kCode}}); }
    std::string resultOf(const http::Response& answer) override {
        const std::string location = browser_.header("Location", answer);
        if (location == "/account/emails?done=added") return "won";
        return location == "/account/emails?done=taken" ? "lost" : described(answer);
    }

private:
    std::string page_;
};

}  // namespace

/// People who register and people who change their account, at once, over one address that all of them have proven.
class AddressRaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AddressRaceTest);
    CPPUNIT_TEST(ofManyOnTwoWaysOneGetsTheAddress);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    using Contestants = std::vector<std::unique_ptr<Contestant>>;

    Contestants contestants(int round, const std::string& address) {
        Contestants all;
        for (int i = 0; i < kOfEach; ++i) {
            const std::string number = std::to_string(round) + "x" + std::to_string(i);
            all.push_back(std::make_unique<Newcomer>(*world_, "new" + number, i % 2 == 0 ? address : "S" + address.substr(1)));
            all.push_back(std::make_unique<Resident>(*world_, "old" + number, i % 3 == 0 ? address : "S" + address.substr(1)));
        }
        return all;
    }
    static int winnersOf(const Contestants& all) {
        std::latch start(static_cast<std::ptrdiff_t>(all.size()));
        std::vector<std::thread> threads;
        for (const auto& each : all) threads.emplace_back([&] { each->race(start); });
        for (std::thread& each : threads) each.join();
        int winners = 0;
        for (const auto& each : all) {
            CPPUNIT_ASSERT_MESSAGE(each->result, each->result == "won" || each->result == "lost");
            winners += each->result == "won" ? 1 : 0;
        }
        return winners;
    }

    void ofManyOnTwoWaysOneGetsTheAddress() {
        if (!world_) return;
        for (int round = 0; round < kRounds; ++round) {
            const std::string address = "shared" + std::to_string(round) + "@example.org";
            CPPUNIT_ASSERT_EQUAL(1, winnersOf(contestants(round, address)));
            CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM user_emails WHERE lower(email) = '" + address + "'"));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("who registers without having got the address is nobody yet", world_->sql("SELECT count(*) FROM user_emails JOIN users USING (user_id) WHERE username LIKE 'new%'"),
                             world_->sql("SELECT count(*) FROM users WHERE username LIKE 'new%'"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AddressRaceTest);

}  // namespace latchkey::account
