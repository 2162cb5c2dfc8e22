// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/token/token_digest.h"
#include "domain/user/browser_session.h"
#include "domain/user/user_email.h"
#include "tests/plugins/mails/post_office.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::mails {

class MailJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailJobsTest);
    CPPUNIT_TEST(mailsACodeInEachLanguage);
    CPPUNIT_TEST(mailsACodeToWhoIsLoggedIn);
    CPPUNIT_TEST(mailsARecoveryLinkInEachLanguage);
    CPPUNIT_TEST(everyAccountOfTheAddressGetsItsOwnLink);
    CPPUNIT_TEST(aMailThatWaitsRepeatsNoneOfTheOthers);
    CPPUNIT_TEST(nobodyGetsAMailWhereNobodyHasTheAddress);
    CPPUNIT_TEST(whatIsSettledNeedsNoMail);
    CPPUNIT_TEST(greylistingDelays);
    CPPUNIT_TEST(aRefusalIsFinal);
    CPPUNIT_TEST(aServerThatIsAwayDelaysMailsAndLosesNone);
    CPPUNIT_TEST(retriesMailTheSameCodeWhileItIsYoung);
    CPPUNIT_TEST(jobsOfTheReferenceAreUnderstood);
    CPPUNIT_TEST(attack21_namesAndAddressesMakeNoHeaders);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        if (!test::postgresAvailable()) return;
        world_ = std::make_unique<contract::World>();
        office_ = std::make_unique<PostOffice>(*world_);
    }
    void tearDown() override {
        office_.reset();
        world_.reset();
    }

private:
    std::unique_ptr<contract::World> world_;
    std::unique_ptr<PostOffice> office_;

    void open() {
        office_->openServer();
        office_->startWorker();
    }
    std::string jobs(const std::string& where) { return world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name LIKE 'send-%' AND " + where); }
    std::string codes(const Ulid& id) { return world_->sql("SELECT string_agg(code, ' ' ORDER BY created_at) FROM user_email_authentication_codes WHERE user_email_authentication_id = '" + id.uuid() + "'"); }
    Ulid account(const std::string& name, const std::string& address) {
        const Ulid user = world_->user(name);
        world_->commit([&](UnitOfWork& work) { work.emails().add({newId(currentTime()), user, address, currentTime()}); });
        return user;
    }
    static void requireHolds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(part + " is not in: " + text, text.find(part) != std::string::npos); }

    void mailsACodeInEachLanguage() {
        if (!world_) return;
        open();
        const std::pair<const char*, const char*> rows[] = {{"en", "is your code for Example Accounts"}, {"de", "ist dein Code f\xC3\xBCr Example Accounts"},
                                                            {"fr", "est votre code pour Example Accounts"}, {"es", "es tu c\xC3\xB3" "digo para Example Accounts"}};
        int number = 0;
        for (const auto& [language, words] : rows) {
            const Ulid id = office_->register_("alice", "alice@example.org", language);
            office_->await();
            const std::string code = codes(id);
            CPPUNIT_ASSERT_EQUAL(std::size_t{6}, code.size());
            const std::string header = office_->part(++number, "header");
            requireHolds(header, "Subject: " + code + " " + words);
            requireHolds(header, "To: alice <alice@example.org>");
            requireHolds(header, "Reply-To: help@example.com");
            for (const char* part : {"txt", "html"}) {
                requireHolds(office_->part(number, part), code);
                requireHolds(office_->part(number, part), "@alice:example.com");
            }
            requireHolds(office_->part(number, "html"), std::string("<html lang=\"") + language + "\">");
        }
    }

    void mailsACodeToWhoIsLoggedIn() {
        if (!world_) return;
        open();
        const Ulid session = world_->browserSession(world_->user("bob"));
        const Ulid id = newId(currentTime());
        world_->commit([&](UnitOfWork& work) { work.emailAuthentications().add({id, session, std::nullopt, "new@example.org", currentTime(), std::nullopt}); });
        office_->enqueue("send-email-authentication-code", R"({"user_email_authentication_id":")" + id.text() + R"(","language":"en"})");
        office_->await();
        requireHolds(office_->part(1, "txt"), "Enter this code to add new@example.org to your account @bob:example.com:");
    }

    void mailsARecoveryLinkInEachLanguage() {
        if (!world_) return;
        open();
        account("alice", "alice@example.org");
        const std::pair<const char*, const char*> rows[] = {{"en", "Choose a new password for @alice:example.com"}, {"de-AT", "W\xC3\xA4hle ein neues Passwort f\xC3\xBCr @alice:example.com"},
                                                            {"fr", "Choisissez un nouveau mot de passe pour @alice:example.com"}, {"es", "Elige una contrase\xC3\xB1" "a nueva para @alice:example.com"}};
        int number = 0;
        for (const auto& [language, words] : rows) {
            const Ulid session = office_->recover("Alice@Example.org", language);
            office_->await();
            requireHolds(office_->part(++number, "header"), std::string("Subject: ") + words);
            const std::string text = office_->part(number, "txt"), link = "https://auth.example.com/account/password/recovery?ticket=";
            requireHolds(text, link);
            const std::string ticket = text.substr(text.find(link) + link.size(), kRecoveryTicketCharacters);
            CPPUNIT_ASSERT_EQUAL(tokenDigest(ticket), world_->sql("SELECT ticket FROM user_recovery_tickets WHERE user_recovery_session_id = '" + session.uuid() + "'"));
            for (const char* part : {"txt", "html"}) {
                requireHolds(office_->part(number, part), link + ticket);
                requireHolds(office_->part(number, part), "192.0.2.7");
            }
        }
    }

    void everyAccountOfTheAddressGetsItsOwnLink() {
        if (!world_) return;
        open();
        for (int i = 0; i < 53; ++i) account("user" + std::to_string(i), i % 2 == 0 ? "shared@example.org" : "SHARED@example.org");
        office_->recover("shared@example.org");
        office_->await();
        CPPUNIT_ASSERT_EQUAL(53, office_->mails());
        CPPUNIT_ASSERT_EQUAL(std::string("53"), world_->sql("SELECT count(DISTINCT ticket) FROM user_recovery_tickets"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one of all, and one of each", std::string("54"), jobs("status = 'completed'"));
        CPPUNIT_ASSERT_EQUAL(std::string("54"), jobs("true"));
    }

    // The mail server puts later@ off once, and is particular about case.
    void aMailThatWaitsRepeatsNoneOfTheOthers() {
        if (!world_) return;
        open();
        account("alice", "LATER@example.org");
        account("bob", "Later@example.org");
        account("carol", "later@example.org");
        office_->recover("later@example.org");
        office_->await();
        for (const char* address : {"LATER@example.org", "Later@example.org", "later@example.org"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(address, 1, office_->mails(address));
    }

    void nobodyGetsAMailWhereNobodyHasTheAddress() {
        if (!world_) return;
        open();
        account("alice", "alice@example.org");
        office_->recover("nobody@example.org");
        office_->await();
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("status = 'completed'"));
        CPPUNIT_ASSERT_EQUAL(0, office_->mails());
    }

    void whatIsSettledNeedsNoMail() {
        if (!world_) return;
        account("alice", "alice@example.org");
        const Ulid session = office_->recover("alice@example.org");
        const Ulid id = office_->register_("carol", "carol@example.org");
        world_->commit([&](UnitOfWork& work) {
            work.recoveries().consume(session, currentTime());
            work.emailAuthentications().complete(id, currentTime());
        });
        open();
        office_->await();
        CPPUNIT_ASSERT_EQUAL(std::string("2"), jobs("status = 'completed'"));
        CPPUNIT_ASSERT_EQUAL(0, office_->mails());
    }

    void greylistingDelays() {
        if (!world_) return;
        open();
        office_->register_("alice", "later@example.org");
        office_->await();
        CPPUNIT_ASSERT_EQUAL(1, office_->mails("later@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("status = 'failed' AND next_attempt_id IS NOT NULL AND failed_reason LIKE '%Greylisted%'"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), jobs("status = 'completed' AND attempt = 1"));
    }

    void aRefusalIsFinal() {
        if (!world_) return;
        open();
        account("alice", "unknown@example.org");
        office_->register_("alice", "unknown@example.org");
        office_->recover("unknown@example.org");
        office_->register_("bob", "no address at all");
        office_->await();
        CPPUNIT_ASSERT_EQUAL(std::string("3"), jobs("status = 'failed' AND next_attempt_id IS NULL"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), jobs("true"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), jobs("failed_reason LIKE '%unknown@%'"));
    }

    void aServerThatIsAwayDelaysMailsAndLosesNone() {
        if (!world_) return;
        constexpr int kMails = 100;
        office_->startWorker();
        for (int i = 0; i < kMails; ++i) office_->register_("user" + std::to_string(i), "user" + std::to_string(i) + "@example.org");
        CPPUNIT_ASSERT(test::eventually([&] { return jobs("attempt = 0 AND status = 'failed' AND next_attempt_id IS NOT NULL") == "100"; }, 120'000));
        office_->openServer();
        office_->await();
        CPPUNIT_ASSERT_EQUAL(kMails, office_->mails());
        for (int i = 0; i < kMails; ++i) CPPUNIT_ASSERT_EQUAL(1, office_->mails("user" + std::to_string(i) + "@example.org"));
    }

    void retriesMailTheSameCodeWhileItIsYoung() {
        if (!world_) return;
        office_->startWorker();
        const Ulid id = office_->register_("alice", "alice@example.org");
        CPPUNIT_ASSERT(test::eventually([&] {
            world_->sql("UPDATE queue_jobs SET scheduled_at = now() WHERE status = 'scheduled' AND queue_name LIKE 'send-%'");
            return jobs("status = 'failed'") >= "4" || jobs("status = 'failed'").size() > 1;
        }, 120'000));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, codes(id).size());
        world_->sql("UPDATE user_email_authentication_codes SET created_at = created_at - interval '3 minutes', expires_at = expires_at - interval '3 minutes'");
        office_->openServer();
        office_->await();
        CPPUNIT_ASSERT_EQUAL(std::size_t{13}, codes(id).size());
        requireHolds(office_->part(1, "header"), "Subject: " + codes(id).substr(7) + " is");
    }

    void jobsOfTheReferenceAreUnderstood() {
        if (!world_) return;
        open();
        office_->enqueue("send-email-authentication-code", R"({"user_email_authentication_id":"01H8PKNWKKRPCBW4YGH1RWV279","language":"zh-Hans"})");
        office_->enqueue("send-account-recovery-email", R"({"user_recovery_session_id":"01H8PKNWKKRPCBW4YGH1RWV279"})");
        office_->await();
        CPPUNIT_ASSERT_EQUAL(std::string("2"), jobs("status = 'failed' AND next_attempt_id IS NULL AND failed_reason LIKE 'there is no % 01H8PKNWKKRPCBW4YGH1RWV279'"));
        office_->register_("wei", "wei@example.org", "zh-Hans");
        office_->await();
        requireHolds(office_->part(1, "header"), "is your code for");
    }

    void attack21_namesAndAddressesMakeNoHeaders() {
        if (!world_) return;
        open();
        office_->register_("eve\r\nBcc: victim@example.org", "eve@example.org");
        office_->register_("\"eve\" <victim@example.org>,", "eve@example.org");
        for (const char* address : {"eve@example.org\\r\\nBcc: victim@example.org", "eve@example.org, victim@example.org", "<victim@example.org> eve@example.org"}) office_->register_("eve", address);
        office_->await();
        CPPUNIT_ASSERT_EQUAL(2, office_->mails());
        for (int number = 1; number <= 2; ++number) {
            const std::string header = office_->part(number, "header");
            CPPUNIT_ASSERT_MESSAGE(header, header.find("\nBcc:") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(2, office_->mails("eve@example.org "));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MailJobsTest);

}  // namespace latchkey::mails
