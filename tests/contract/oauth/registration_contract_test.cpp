// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/token/token_digest.h"
#include "domain/user/email_authentication.h"
#include "domain/user/recovery.h"
#include "domain/user/registration.h"
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

/// Registrations in progress, proofs of addresses, recovery of accounts.
class RegistrationContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationContractTest);
    CPPUNIT_TEST(keepsARegistration);
    CPPUNIT_TEST(changesARegistrationInProgress);
    CPPUNIT_TEST(freezesACompletedRegistration);
    CPPUNIT_TEST(oneOfManyCompletesARegistration);
    CPPUNIT_TEST(keepsAnEmailAuthentication);
    CPPUNIT_TEST(keepsCodesTheNewestFirst);
    CPPUNIT_TEST(refusesACodeThatWasSentBefore);
    CPPUNIT_TEST(refusesCodesOfAProvenAddress);
    CPPUNIT_TEST(oneOfManyProvesAnAddress);
    CPPUNIT_TEST(keepsARecoverySession);
    CPPUNIT_TEST(findsARecoveryTicket);
    CPPUNIT_TEST(refusesTicketsOfAConsumedSession);
    CPPUNIT_TEST(oneOfManyConsumesARecovery);
    CPPUNIT_TEST(listsWhoHasAnAddressInPages);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    UserRegistration registration() {
        return {.id = world_->id(), .ipAddress = "192.0.2.7", .userAgent = "Browser/1", .postAuthAction = R"({"kind": "change_password"})", .username = "alice",
                .displayName = {}, .termsUrl = {}, .emailAuthenticationId = {}, .hashedPassword = {}, .hashedPasswordVersion = {}, .registrationTokenId = {},
                .upstreamSessionId = {}, .createdAt = world_->now, .completedAt = {}};
    }

    Ulid addedRegistration() {
        const UserRegistration made = registration();
        world_->commit([&](UnitOfWork& work) { work.registrations().add(made); });
        return made.id;
    }

    Ulid addedAuthentication(const std::optional<Ulid>& sessionId = {}, const std::optional<Ulid>& registrationId = {}) {
        const Ulid id = world_->id();
        world_->commit([&](UnitOfWork& work) {
            work.emailAuthentications().add({.id = id, .sessionId = sessionId, .registrationId = registrationId, .email = "Alice@x.org", .createdAt = world_->now, .completedAt = {}});
        });
        return id;
    }

    // Ids of one moment have no order.
    Ulid nextId() { return newId(later(world_->now, ++made_)); }

    EmailAuthenticationCode code(const Ulid& authentication, const std::string& digits) {
        return {.id = nextId(), .authenticationId = authentication, .code = digits, .createdAt = world_->now, .expiresAt = world_->now + kEmailCodeLifetime};
    }

    RecoverySession addedRecovery() {
        const RecoverySession made{.id = world_->id(), .email = "alice@x.org", .userAgent = "Browser/1", .ipAddress = "2001:db8::1", .locale = "fr", .createdAt = world_->now, .consumedAt = {}};
        world_->commit([&](UnitOfWork& work) { work.recoveries().add(made); });
        return made;
    }

    Ulid addedEmail(const std::string& address, const Ulid& user) {
        const Ulid id = nextId();
        world_->commit([&](UnitOfWork& work) { work.emails().add({.id = id, .userId = user, .email = address, .createdAt = world_->now}); });
        return id;
    }

    RecoveryTicket ticket(const Ulid& session, const Ulid& email) {
        return {.id = world_->id(), .sessionId = session, .userEmailId = email, .createdAt = world_->now, .expiresAt = world_->now + kRecoveryTicketLifetime};
    }

    void keepsARegistration() {
        if (!world_) return;
        const UserRegistration made = registration();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->registrations().find(made.id));
        work->registrations().add(made);
        const auto found = work->registrations().find(made.id);
        CPPUNIT_ASSERT(found && found->id == made.id && found->username == "alice" && found->ipAddress == "192.0.2.7" && found->userAgent == "Browser/1");
        CPPUNIT_ASSERT_EQUAL(*made.postAuthAction, found->postAuthAction.value());
        CPPUNIT_ASSERT(found->createdAt == world_->now && !found->completedAt && !found->displayName && !found->termsUrl && !found->emailAuthenticationId);
        CPPUNIT_ASSERT(!found->hashedPassword && !found->hashedPasswordVersion && !found->registrationTokenId && !found->upstreamSessionId);
    }

    void changesARegistrationInProgress() {
        if (!world_) return;
        const Ulid id = addedRegistration();
        const Ulid authentication = addedAuthentication({}, id);
        const Ulid token = world_->id();
        const auto work = world_->store().begin();
        work->registrationTokens().add({.id = token, .token = "invite", .usageLimit = {}, .createdAt = world_->now, .expiresAt = {}});
        CPPUNIT_ASSERT(work->registrations().setDisplayName(id, "Alice A."));
        CPPUNIT_ASSERT(work->registrations().setTermsUrl(id, "https://x.org/terms"));
        CPPUNIT_ASSERT(work->registrations().setEmailAuthentication(id, authentication));
        CPPUNIT_ASSERT(work->registrations().setPassword(id, "$argon2id$x", 3));
        CPPUNIT_ASSERT(work->registrations().setRegistrationToken(id, token));
        const auto found = work->registrations().find(id);
        CPPUNIT_ASSERT(found->displayName == "Alice A." && found->termsUrl == "https://x.org/terms" && found->emailAuthenticationId == authentication);
        CPPUNIT_ASSERT(found->hashedPassword == "$argon2id$x" && found->hashedPasswordVersion == 3 && found->registrationTokenId == token);
    }

    void freezesACompletedRegistration() {
        if (!world_) return;
        const Ulid id = addedRegistration();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->registrations().complete(id, later(world_->now, 5)));
        CPPUNIT_ASSERT(work->registrations().find(id)->completedAt == later(world_->now, 5));
        CPPUNIT_ASSERT(!work->registrations().setDisplayName(id, "Mallory"));
        CPPUNIT_ASSERT(!work->registrations().setTermsUrl(id, "https://x"));
        CPPUNIT_ASSERT(!work->registrations().setPassword(id, "$x", 1));
        CPPUNIT_ASSERT(!work->registrations().setEmailAuthentication(id, world_->id()));
        CPPUNIT_ASSERT(!work->registrations().setRegistrationToken(id, world_->id()));
        CPPUNIT_ASSERT(!work->registrations().setUpstreamSession(id, world_->id()));
        CPPUNIT_ASSERT(!work->registrations().find(id)->displayName && !work->registrations().find(id)->hashedPassword);
    }

    void oneOfManyCompletesARegistration() {
        if (!world_) return;
        const Ulid id = addedRegistration();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.registrations().complete(id, world_->now); }));
    }

    void keepsAnEmailAuthentication() {
        if (!world_) return;
        const Ulid session = world_->browserSession(world_->user());
        const Ulid id = addedAuthentication(session);
        const auto work = world_->store().begin();
        const auto found = work->emailAuthentications().find(id);
        CPPUNIT_ASSERT(found && found->id == id && found->sessionId == session && !found->registrationId);
        CPPUNIT_ASSERT(found->email == "Alice@x.org" && found->createdAt == world_->now && !found->completedAt);
        CPPUNIT_ASSERT(!work->emailAuthentications().find(world_->id()));
    }

    void keepsCodesTheNewestFirst() {
        if (!world_) return;
        const Ulid id = addedAuthentication();
        const auto work = world_->store().begin();
        for (const char* each : {"000001", "000002", "000003"}) CPPUNIT_ASSERT(work->emailAuthentications().addCode(code(id, each)));
        const auto newest = work->emailAuthentications().codesOf(id, 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), newest.size());
        CPPUNIT_ASSERT(newest[0].code == "000003" && newest[1].code == "000002");
        CPPUNIT_ASSERT(newest[0].authenticationId == id && newest[0].createdAt == world_->now && newest[0].expiresAt == later(world_->now, 300));
    }

    void refusesACodeThatWasSentBefore() {
        if (!world_) return;
        const Ulid id = addedAuthentication();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->emailAuthentications().addCode(code(id, "123456")));
        CPPUNIT_ASSERT(!work->emailAuthentications().addCode(code(id, "123456")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), work->emailAuthentications().codesOf(id, kMostEmailCodes).size());
    }

    void refusesCodesOfAProvenAddress() {
        if (!world_) return;
        const Ulid id = addedAuthentication();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->emailAuthentications().complete(id, later(world_->now, 1)));
        CPPUNIT_ASSERT(!work->emailAuthentications().addCode(code(id, "123456")));
        CPPUNIT_ASSERT(work->emailAuthentications().find(id)->completedAt == later(world_->now, 1));
    }

    void oneOfManyProvesAnAddress() {
        if (!world_) return;
        const Ulid id = addedAuthentication();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.emailAuthentications().complete(id, world_->now); }));
    }

    void keepsARecoverySession() {
        if (!world_) return;
        const RecoverySession made = addedRecovery();
        const auto found = world_->store().begin()->recoveries().find(made.id);
        CPPUNIT_ASSERT(found && found->id == made.id && found->email == made.email && found->userAgent == made.userAgent);
        CPPUNIT_ASSERT(found->ipAddress == "2001:db8::1" && found->locale == "fr" && found->createdAt == world_->now && !found->consumedAt);
    }

    void findsARecoveryTicket() {
        if (!world_) return;
        const RecoverySession session = addedRecovery();
        const Ulid email = addedEmail("alice@x.org", world_->user());
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->recoveries().addTicket(ticket(session.id, email), "secretticket"));
        const auto found = work->recoveries().findTicket("secretticket");
        CPPUNIT_ASSERT(found && found->sessionId == session.id && found->userEmailId == email && found->expiresAt == later(world_->now, 600));
        for (const std::string& other : {std::string("SECRETTICKET"), std::string(), tokenDigest("secretticket")}) {
            CPPUNIT_ASSERT_MESSAGE(other, !work->recoveries().findTicket(other));
        }
        CPPUNIT_ASSERT(work->emails().find(email)->email == "alice@x.org");
    }

    void refusesTicketsOfAConsumedSession() {
        if (!world_) return;
        const RecoverySession session = addedRecovery();
        const Ulid email = addedEmail("alice@x.org", world_->user());
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->recoveries().consume(session.id, later(world_->now, 2)));
        CPPUNIT_ASSERT(!work->recoveries().addTicket(ticket(session.id, email), "late"));
        CPPUNIT_ASSERT(!work->recoveries().findTicket("late"));
        CPPUNIT_ASSERT(work->recoveries().find(session.id)->consumedAt == later(world_->now, 2));
    }

    void oneOfManyConsumesARecovery() {
        if (!world_) return;
        const Ulid id = addedRecovery().id;
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.recoveries().consume(id, world_->now); }));
    }

    void listsWhoHasAnAddressInPages() {
        if (!world_) return;
        const Ulid first = addedEmail("Shared@x.org", world_->user("alice"));
        const Ulid second = addedEmail("shared@X.org", world_->user("bob"));
        addedEmail("other@x.org", world_->user("carol"));
        const auto work = world_->store().begin();
        const auto page = work->emails().pageByEmail("SHARED@x.org", std::nullopt, 1);
        CPPUNIT_ASSERT(page.size() == 1 && page[0].id == first);
        const auto next = work->emails().pageByEmail("SHARED@x.org", first, 5);
        CPPUNIT_ASSERT(next.size() == 1 && next[0].id == second);
        CPPUNIT_ASSERT(work->emails().pageByEmail("shared@x.org", second, 5).empty());
    }

    int made_ = 0;
};
CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationContractTest);

}  // namespace latchkey::contract
