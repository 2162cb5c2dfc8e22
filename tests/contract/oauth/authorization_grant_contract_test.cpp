// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/token/token_digest.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

using State = AuthorizationGrant::State;

class AuthorizationGrantContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorizationGrantContractTest);
    CPPUNIT_TEST(keepsEveryField);
    CPPUNIT_TEST(keepsAGrantWithoutCode);
    CPPUNIT_TEST(refusesACodeWithoutItsResponseType);
    CPPUNIT_TEST(findsByCodeInEitherFormAndNeverByDigest);
    CPPUNIT_TEST(goesFromPendingToExchanged);
    CPPUNIT_TEST(changesNothingInAnotherState);
    CPPUNIT_TEST(replacesTheCodeOfAPendingGrantOnly);
    CPPUNIT_TEST(fulfillingHasOneWinnerOfFifty);
    CPPUNIT_TEST(exchangingHasOneWinnerOfFifty);
    CPPUNIT_TEST(refusesContradictoryColumns);
    CPPUNIT_TEST(takesAPushedRequestOnce);
    CPPUNIT_TEST(takingAPushedRequestHasOneWinnerOfFifty);
    CPPUNIT_TEST(refusesAPushedRequestOfOthersOrExpired);
    CPPUNIT_TEST(forgetsPushedRequestsThatAreLongOver);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    AuthorizationGrant grant(const Ulid& client) {
        AuthorizationGrant made;
        made.id = world_->id();
        made.clientId = client;
        made.redirectUri = "https://a.example/cb";
        made.scope = scope("openid urn:matrix:client:api:*");
        made.createdAt = world_->now;
        return made;
    }

    AuthorizationGrant added(const std::string& code) {
        const AuthorizationGrant made = grant(world_->client());
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().add(made, code); });
        return made;
    }

    std::optional<AuthorizationGrant> find(const Ulid& id) { return world_->store().begin()->authorizationGrants().find(id); }

    void keepsEveryField() {
        if (!world_) return;
        AuthorizationGrant made = grant(world_->client());
        made.redirectUriGiven = false;
        made.clientState = "state";
        made.nonce = "nonce";
        made.responseMode = ResponseMode::formPost;
        made.challenge = CodeChallenge{CodeChallenge::Method::plain, "challenge"};
        made.responseTypeIdToken = true;
        made.loginHint = "mxid:@alice:example";
        made.locale = "de";
        made.rawParameters = R"({"client_id": "x"})";
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().add(made, "code"); });
        const auto found = find(made.id);
        CPPUNIT_ASSERT(found.has_value());
        CPPUNIT_ASSERT(found->clientId == made.clientId && found->state == State::pending && !found->sessionId);
        CPPUNIT_ASSERT(found->redirectUri == made.redirectUri && !found->redirectUriGiven && found->scope == made.scope);
        CPPUNIT_ASSERT(found->clientState == made.clientState && found->nonce == made.nonce && found->responseMode == made.responseMode);
        CPPUNIT_ASSERT(found->challenge == made.challenge && found->responseTypeCode && found->responseTypeIdToken);
        CPPUNIT_ASSERT(found->loginHint == made.loginHint && found->locale == made.locale && found->rawParameters == made.rawParameters);
        CPPUNIT_ASSERT(found->createdAt == made.createdAt && !found->fulfilledAt && !found->exchangedAt);
    }

    void keepsAGrantWithoutCode() {
        if (!world_) return;
        AuthorizationGrant made = grant(world_->client());
        made.responseTypeCode = false;
        made.responseTypeIdToken = true;
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().add(made, ""); });
        const auto found = find(made.id);
        CPPUNIT_ASSERT(found && !found->responseTypeCode && found->redirectUriGiven && !found->challenge);
        CPPUNIT_ASSERT(!world_->store().begin()->authorizationGrants().findByCode(""));
        CPPUNIT_ASSERT(!world_->store().begin()->authorizationGrants().replaceCode(made.id, "code"));
    }

    void refusesACodeWithoutItsResponseType() {
        if (!world_) return;
        AuthorizationGrant made = grant(world_->client());
        CPPUNIT_ASSERT_THROW(world_->store().begin()->authorizationGrants().add(made, ""), StorageError);
        made.responseTypeCode = false;
        CPPUNIT_ASSERT_THROW(world_->store().begin()->authorizationGrants().add(made, "code"), StorageError);
    }

    void findsByCodeInEitherFormAndNeverByDigest() {
        if (!world_) return;
        const AuthorizationGrant digested = added("code1");
        world_->keepPlain();
        const AuthorizationGrant plain = added("code2");
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->authorizationGrants().findByCode("code1")->id == digested.id);
        CPPUNIT_ASSERT(work->authorizationGrants().findByCode("code2")->id == plain.id);
        CPPUNIT_ASSERT(!work->authorizationGrants().findByCode(tokenDigest("code1")));
        CPPUNIT_ASSERT_EQUAL(std::string("code2"), world_->sql("SELECT min(authorization_code) FROM oauth2_authorization_grants"));
        CPPUNIT_ASSERT_EQUAL(tokenDigest("code1"), world_->sql("SELECT max(authorization_code) FROM oauth2_authorization_grants"));
    }

    void goesFromPendingToExchanged() {
        if (!world_) return;
        const AuthorizationGrant made = added("code");
        const OAuthSession session = world_->session();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->authorizationGrants().fulfil(made.id, session.id, later(world_->now, 1)));
        const auto fulfilled = work->authorizationGrants().find(made.id);
        CPPUNIT_ASSERT(fulfilled->state == State::fulfilled && fulfilled->sessionId == session.id && fulfilled->fulfilledAt == later(world_->now, 1));
        CPPUNIT_ASSERT(work->authorizationGrants().exchange(made.id, later(world_->now, 2)));
        const auto exchanged = work->authorizationGrants().findByCode("code");
        CPPUNIT_ASSERT(exchanged->state == State::exchanged && exchanged->exchangedAt == later(world_->now, 2));
    }

    void changesNothingInAnotherState() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        const AuthorizationGrant cancelled = added("code1");
        const AuthorizationGrant exchanged = added("code2");
        const auto work = world_->store().begin();
        AuthorizationGrantRepository& grants = work->authorizationGrants();
        CPPUNIT_ASSERT(!grants.exchange(cancelled.id, world_->now));
        CPPUNIT_ASSERT(grants.cancel(cancelled.id, world_->now) && grants.find(cancelled.id)->state == State::cancelled);
        CPPUNIT_ASSERT(!grants.cancel(cancelled.id, world_->now) && !grants.fulfil(cancelled.id, session.id, world_->now) && !grants.exchange(cancelled.id, world_->now));
        CPPUNIT_ASSERT(grants.fulfil(exchanged.id, session.id, world_->now) && !grants.fulfil(exchanged.id, session.id, world_->now) && !grants.cancel(exchanged.id, world_->now));
        CPPUNIT_ASSERT(grants.exchange(exchanged.id, world_->now) && !grants.exchange(exchanged.id, world_->now) && !grants.cancel(exchanged.id, world_->now));
        CPPUNIT_ASSERT(!grants.fulfil(world_->id(), session.id, world_->now));
        CPPUNIT_ASSERT(grants.find(cancelled.id)->state == State::cancelled && grants.find(exchanged.id)->state == State::exchanged);
    }

    void replacesTheCodeOfAPendingGrantOnly() {
        if (!world_) return;
        const AuthorizationGrant made = added("code1");
        const OAuthSession session = world_->session();
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT(work->authorizationGrants().replaceCode(made.id, "code2"));
        CPPUNIT_ASSERT(!work->authorizationGrants().findByCode("code1") && work->authorizationGrants().findByCode("code2")->id == made.id);
        CPPUNIT_ASSERT(work->authorizationGrants().fulfil(made.id, session.id, world_->now));
        CPPUNIT_ASSERT(!work->authorizationGrants().replaceCode(made.id, "code3"));
    }

    void fulfillingHasOneWinnerOfFifty() {
        if (!world_) return;
        const AuthorizationGrant made = added("code");
        const OAuthSession session = world_->session();
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.authorizationGrants().fulfil(made.id, session.id, world_->now); }));
    }

    void exchangingHasOneWinnerOfFifty() {
        if (!world_) return;
        const AuthorizationGrant made = added("code");
        const OAuthSession session = world_->session();
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().fulfil(made.id, session.id, world_->now); });
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.authorizationGrants().exchange(made.id, world_->now); }));
    }

    void refusesContradictoryColumns() {
        if (!world_) return;
        const OAuthSession session = world_->session();
        for (const std::string& change : std::vector<std::string>{
                 "fulfilled_at = now()", "exchanged_at = now()", "oauth2_session_id = '" + session.id.uuid() + "'", "fulfilled_at = now(), cancelled_at = now()",
                 "fulfilled_at = now(), cancelled_at = now(), oauth2_session_id = '" + session.id.uuid() + "'", "authorization_code = NULL", "response_type_code = false",
                 "code_challenge = 'x'", "code_challenge_method = 'S256'", "code_challenge = 'x', code_challenge_method = 'S512'", "response_mode = 'smoke'"}) {
            const AuthorizationGrant made = added("code" + change);
            world_->sql("UPDATE oauth2_authorization_grants SET " + change + " WHERE oauth2_authorization_grant_id = '" + made.id.uuid() + "'");
            CPPUNIT_ASSERT_THROW_MESSAGE(change, find(made.id), StorageInconsistent);
        }
    }

    void takesAPushedRequestOnce() {
        if (!world_) return;
        const Ulid client = world_->client();
        const std::string parameters = R"({"scope":"openid",  "state":"\u0000"})";
        const auto work = world_->store().begin();
        work->authorizationGrants().push("urn:ietf:params:oauth:request_uri:1", client, parameters, later(world_->now, 60));
        CPPUNIT_ASSERT(work->authorizationGrants().takePushed("urn:ietf:params:oauth:request_uri:1", client, world_->now) == parameters);
        CPPUNIT_ASSERT(!work->authorizationGrants().takePushed("urn:ietf:params:oauth:request_uri:1", client, world_->now));
    }

    void takingAPushedRequestHasOneWinnerOfFifty() {
        if (!world_) return;
        const Ulid client = world_->client();
        world_->commit([&](UnitOfWork& work) { work.authorizationGrants().push("urn:x", client, "{}", later(world_->now, 60)); });
        CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.authorizationGrants().takePushed("urn:x", client, world_->now).has_value(); }));
    }

    void refusesAPushedRequestOfOthersOrExpired() {
        if (!world_) return;
        const Ulid client = world_->client();
        const Ulid other = world_->client();
        const auto work = world_->store().begin();
        work->authorizationGrants().push("urn:x", client, "{}", later(world_->now, 60));
        CPPUNIT_ASSERT(!work->authorizationGrants().takePushed("urn:x", other, world_->now));
        CPPUNIT_ASSERT(!work->authorizationGrants().takePushed("urn:x", client, later(world_->now, 60)));
        CPPUNIT_ASSERT(!work->authorizationGrants().takePushed("urn:y", client, world_->now));
        CPPUNIT_ASSERT(work->authorizationGrants().takePushed("urn:x", client, later(world_->now, 59)).has_value());
    }

    void forgetsPushedRequestsThatAreLongOver() {
        if (!world_) return;
        const Ulid client = world_->client();
        const auto push = [&](const char* uri, std::int64_t seconds) {
            world_->commit([&](UnitOfWork& work) { work.authorizationGrants().push(uri, client, "{}", later(currentTime(), seconds)); });
        };
        push("urn:over1", -900);
        push("urn:over2", -900);
        push("urn:new", 60);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM latchkey_pushed_requests"));
        CPPUNIT_ASSERT(world_->store().begin()->authorizationGrants().takePushed("urn:new", client, currentTime()).has_value());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AuthorizationGrantContractTest);

}  // namespace latchkey::contract
