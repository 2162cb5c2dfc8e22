// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_digest.h"
#include "domain/user/user_repository.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

class TokenContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenContractTest);
    CPPUNIT_TEST(digestIsTheOneOfTheSheet);
    CPPUNIT_TEST(findsAnAccessTokenWithSessionAndUser);
    CPPUNIT_TEST(findsTokensOfSessionsWithoutUser);
    CPPUNIT_TEST(findsARefreshTokenWithSessionAndUser);
    CPPUNIT_TEST(keepsDigestsInADatabaseOfItsOwn);
    CPPUNIT_TEST(keepsPlainTextsInAnAdoptedDatabase);
    CPPUNIT_TEST(followsTheSettingAtOnce);
    CPPUNIT_TEST(findsEitherFormWhateverTheSetting);
    CPPUNIT_TEST(neverFindsByWhatTheDatabaseHolds);
    CPPUNIT_TEST(revokesOnce);
    CPPUNIT_TEST(doesNotRevokeAConsumedRefreshToken);
    CPPUNIT_TEST(marksTheFirstUseOnce);
    CPPUNIT_TEST(consumingHasOneWinnerOfFifty);
    CPPUNIT_TEST(repointsOnlyFromTheExpectedSuccessor);
    CPPUNIT_TEST(rotatesInOneStatement);
    CPPUNIT_TEST(rotatingHasOneWinnerOfFifty);
    CPPUNIT_TEST(doesNotRotateARevokedToken);
    CPPUNIT_TEST(refusesContradictoryStates);
    CPPUNIT_TEST(readingCostsOneRoundTripAndHoldsNoLocks);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    void digestIsTheOneOfTheSheet() {
        CPPUNIT_ASSERT_EQUAL(std::string("sha256$ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"), tokenDigest("abc"));
    }

    void findsAnAccessTokenWithSessionAndUser() {
        if (!world_) return;
        const Ulid user = world_->user();
        OAuthSession session = world_->session(user);
        const AccessToken token = world_->access(session.id, "mat_a_1");
        const auto found = world_->store().begin()->tokens().findAccess("mat_a_1");
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT(found->token.id == token.id && found->token.sessionId == session.id && found->token.createdAt == world_->now);
        CPPUNIT_ASSERT(found->token.expiresAt == token.expiresAt && !found->token.revokedAt && !found->token.firstUsedAt);
        CPPUNIT_ASSERT(found->session.id == session.id && found->session.clientId == session.clientId && found->session.scope == session.scope);
        CPPUNIT_ASSERT(found->user.has_value() && found->user->id == user && found->user->username == "alice");
        CPPUNIT_ASSERT(!world_->store().begin()->tokens().findAccess("mat_a_2"));
    }

    void findsTokensOfSessionsWithoutUser() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        world_->access(session.id, "mat_a_1");
        const auto found = world_->store().begin()->tokens().findAccess("mat_a_1");
        CPPUNIT_ASSERT(found.has_value() && !found->user && !found->session.userId);
    }

    void findsARefreshTokenWithSessionAndUser() {
        if (!world_) return;
        const Ulid user = world_->user();
        const OAuthSession session = world_->session(user);
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken token = world_->refresh(session.id, access.id, "mar_a_1");
        world_->commit([&](UnitOfWork& work) { work.users().lock(user, world_->now); });
        const auto found = world_->store().begin()->tokens().findRefresh("mar_a_1");
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT(found->token.id == token.id && found->token.accessTokenId == access.id && found->token.state == RefreshToken::State::valid);
        CPPUNIT_ASSERT(!found->token.nextId && !found->token.consumedAt);
        CPPUNIT_ASSERT(found->session.id == session.id && found->user->lockedAt == world_->now);
    }

    void keepsDigestsInADatabaseOfItsOwn() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        world_->access(session.id, "mat_a_1");
        world_->refresh(session.id, std::nullopt, "mar_a_1");
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mat_a_1"), world_->sql("SELECT access_token FROM oauth2_access_tokens"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mar_a_1"), world_->sql("SELECT refresh_token FROM oauth2_refresh_tokens"));
    }

    void keepsPlainTextsInAnAdoptedDatabase() {
        if (!world_) return;
        world_->keepPlain();
        const OAuthSession session = world_->session();
        world_->access(session.id, "mat_a_1");
        world_->refresh(session.id, std::nullopt, "mar_a_1");
        CPPUNIT_ASSERT_EQUAL(std::string("mat_a_1"), world_->sql("SELECT access_token FROM oauth2_access_tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("mar_a_1"), world_->sql("SELECT refresh_token FROM oauth2_refresh_tokens"));
        CPPUNIT_ASSERT(world_->store().begin()->tokens().findAccess("mat_a_1").has_value());
        CPPUNIT_ASSERT(world_->store().begin()->tokens().findRefresh("mar_a_1").has_value());
    }

    void followsTheSettingAtOnce() {
        if (!world_) return;
        world_->keepPlain();
        const OAuthSession session = world_->session();
        const auto work = world_->store().begin();
        AccessToken token;
        token.sessionId = session.id;
        token.createdAt = world_->now;
        const auto stored = [&](const std::string& text) {
            token.id = world_->id();
            const auto unit = world_->store().begin();
            unit->tokens().addAccess(token, text);
            unit->commit();
            return world_->sql("SELECT access_token FROM oauth2_access_tokens WHERE oauth2_access_token_id = '" + token.id.uuid() + "'");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("mat_a_1"), stored("mat_a_1"));
        world_->sql("UPDATE latchkey_settings SET value = 'digest'");
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mat_a_2"), stored("mat_a_2"));
    }

    void findsEitherFormWhateverTheSetting() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        world_->access(session.id, "mat_digest");
        world_->keepPlain();
        world_->access(session.id, "mat_plain");
        for (int i = 0; i < 2; ++i) {
            CPPUNIT_ASSERT(world_->store().begin()->tokens().findAccess("mat_digest").has_value());
            CPPUNIT_ASSERT(world_->store().begin()->tokens().findAccess("mat_plain").has_value());
            world_->sql("UPDATE latchkey_settings SET value = 'digest'");
        }
    }

    void neverFindsByWhatTheDatabaseHolds() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        world_->access(session.id, "mat_a_1");
        world_->refresh(session.id, std::nullopt, "mar_a_1");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->tokens().findAccess(world_->sql("SELECT access_token FROM oauth2_access_tokens")));
        CPPUNIT_ASSERT(!work->tokens().findRefresh(world_->sql("SELECT refresh_token FROM oauth2_refresh_tokens")));
        CPPUNIT_ASSERT(!work->tokens().findAccess(""));
    }

    void revokesOnce() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken refresh = world_->refresh(session.id, access.id, "mar_a_1");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().revokeAccess(access.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().revokeAccess(access.id, later(world_->now, 9)));
        CPPUNIT_ASSERT(work->tokens().access(access.id)->revokedAt == world_->now);
        CPPUNIT_ASSERT(work->tokens().revokeRefresh(refresh.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().revokeRefresh(refresh.id, world_->now));
        CPPUNIT_ASSERT(work->tokens().refresh(refresh.id)->state == RefreshToken::State::revoked);
        CPPUNIT_ASSERT(!work->tokens().access(world_->id()) && !work->tokens().refresh(world_->id()));
    }

    void doesNotRevokeAConsumedRefreshToken() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const RefreshToken first = world_->refresh(session.id, std::nullopt, "mar_a_1");
        const RefreshToken second = world_->refresh(session.id, std::nullopt, "mar_a_2");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().consume(first.id, second.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().revokeRefresh(first.id, world_->now));
        const auto found = work->tokens().refresh(first.id);
        CPPUNIT_ASSERT(found->state == RefreshToken::State::consumed && found->nextId == second.id && found->consumedAt == world_->now);
    }

    void marksTheFirstUseOnce() {
        if (!world_) return;
        const AccessToken access = world_->access(world_->session().id, "mat_a_1");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().markUsed(access.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().markUsed(access.id, later(world_->now, 9)));
        CPPUNIT_ASSERT(work->tokens().access(access.id)->firstUsedAt == world_->now);
    }

    void consumingHasOneWinnerOfFifty() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const RefreshToken first = world_->refresh(session.id, std::nullopt, "mar_a_1");
        const RefreshToken second = world_->refresh(session.id, std::nullopt, "mar_a_2");
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.tokens().consume(first.id, second.id, world_->now); }));
    }

    void repointsOnlyFromTheExpectedSuccessor() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const RefreshToken first = world_->refresh(session.id, std::nullopt, "mar_a_1");
        const RefreshToken second = world_->refresh(session.id, std::nullopt, "mar_a_2");
        const RefreshToken third = world_->refresh(session.id, std::nullopt, "mar_a_3");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(!work->tokens().repoint(first.id, std::nullopt, third.id));  // not consumed
        CPPUNIT_ASSERT(work->tokens().consume(first.id, second.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().repoint(first.id, third.id, third.id));
        CPPUNIT_ASSERT(!work->tokens().repoint(first.id, std::nullopt, third.id));
        CPPUNIT_ASSERT(work->tokens().repoint(first.id, second.id, third.id));
        CPPUNIT_ASSERT(work->tokens().refresh(first.id)->nextId == third.id);
    }

    TokenRotation rotation(const RefreshToken& presented, const std::string& suffix) {
        TokenRotation made;
        made.presentedId = presented.id;
        made.presentedAccessId = presented.accessTokenId;
        made.sessionId = presented.sessionId;
        made.now = later(world_->now, 60);
        made.access = {.id = world_->id(), .sessionId = presented.sessionId, .createdAt = made.now, .expiresAt = later(made.now, 300), .revokedAt = {}, .firstUsedAt = {}};
        made.accessText = "mat_" + suffix;
        made.refresh.id = world_->id();
        made.refresh.sessionId = presented.sessionId;
        made.refresh.accessTokenId = made.access.id;
        made.refresh.createdAt = made.now;
        made.refreshText = "mar_" + suffix;
        made.userAgent = "Element";
        return made;
    }

    void rotatesInOneStatement() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken refresh = world_->refresh(session.id, access.id, "mar_a_1");
        const TokenRotation asked = rotation(refresh, "a_2");
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT(work.tokens().rotate(asked)); });
        const auto work = world_->store().begin();
        const auto old = work->tokens().refresh(refresh.id);
        CPPUNIT_ASSERT(old->state == RefreshToken::State::consumed && old->nextId == asked.refresh.id && old->consumedAt == asked.now);
        CPPUNIT_ASSERT(work->tokens().access(access.id)->revokedAt == asked.now);
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_2")->token.expiresAt == asked.access.expiresAt);
        const auto fresh = work->tokens().findRefresh("mar_a_2");
        CPPUNIT_ASSERT(fresh->token.state == RefreshToken::State::valid && fresh->token.accessTokenId == asked.access.id);
        CPPUNIT_ASSERT(fresh->session.userAgent == "Element");
        CPPUNIT_ASSERT_EQUAL(tokenDigest("mar_a_2"), world_->sql("SELECT max(refresh_token) FROM oauth2_refresh_tokens WHERE consumed_at IS NULL"));
    }

    void rotatingHasOneWinnerOfFifty() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken refresh = world_->refresh(session.id, access.id, "mar_a_1");
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.tokens().rotate(rotation(refresh, world_->id().text())); }));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM oauth2_refresh_tokens"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world_->sql("SELECT count(*) FROM oauth2_access_tokens"));
    }

    void doesNotRotateARevokedToken() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AccessToken access = world_->access(session.id, "mat_a_1");
        const RefreshToken refresh = world_->refresh(session.id, access.id, "mar_a_1");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->tokens().revokeRefresh(refresh.id, world_->now));
        CPPUNIT_ASSERT(!work->tokens().rotate(rotation(refresh, "a_2")));
        CPPUNIT_ASSERT(!work->tokens().access(access.id)->revokedAt && !work->tokens().findAccess("mat_a_2"));
        CPPUNIT_ASSERT(!work->oauthSessions().find(session.id)->userAgent);
    }

    void refusesContradictoryStates() {
        if (!world_) return;
        const RefreshToken token = world_->refresh(world_->session().id, std::nullopt, "mar_a_1");
        world_->sql("UPDATE oauth2_refresh_tokens SET revoked_at = now(), consumed_at = now()");
        CPPUNIT_ASSERT_THROW(world_->store().begin()->tokens().refresh(token.id), StorageInconsistent);
        CPPUNIT_ASSERT_THROW(world_->store().begin()->tokens().findRefresh("mar_a_1"), StorageInconsistent);
        world_->sql("UPDATE oauth2_refresh_tokens SET revoked_at = NULL, consumed_at = NULL, next_oauth2_refresh_token_id = oauth2_refresh_token_id");
        CPPUNIT_ASSERT_THROW(world_->store().begin()->tokens().refresh(token.id), StorageInconsistent);
    }

    // No transaction is open in between: what is committed meanwhile is seen, and the connection is idle.
    void readingCostsOneRoundTripAndHoldsNoLocks() {
        if (!world_) return;
        world_->access(world_->session().id, "mat_a_1");
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_1").has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"));
        CPPUNIT_ASSERT_THROW(work->lock(1), StorageError);
        work->commit();
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a_1").has_value());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TokenContractTest);

}  // namespace latchkey::contract
