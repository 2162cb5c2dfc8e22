// SPDX-License-Identifier: Apache-2.0
#include "domain/compat/session_repository.h"
#include "domain/personal/session.h"
#include "domain/session/account_session.h"
#include "domain/user/browser_session.h"
#include "tests/contract/oauth/world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::contract {

class AccountSessionContractTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountSessionContractTest);
    CPPUNIT_TEST(showsEveryKindNewestFirst);
    CPPUNIT_TEST(turnsPages);
    CPPUNIT_TEST(searchesByKindAndText);
    CPPUNIT_TEST(findsOneAndByItsDevice);
    CPPUNIT_TEST(renamesWhatHasNames);
    CPPUNIT_TEST(endsEachKindOnceWithItsTokens);
    CPPUNIT_TEST(endingHasOneWinnerOfFifty);
    CPPUNIT_TEST(endsAllOthers);
    CPPUNIT_TEST(groupsClientsAndEndsAllOfOne);
    CPPUNIT_TEST(somebodyElsesSessionsAreNotThere);
    CPPUNIT_TEST(keepsPersonalTokensAsDigestsAndFindsThemWithAll);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    struct Four {
        Ulid user, browser, compat, personal;
        OAuthSession oauth;
        Ulid idOf(SessionKind kind) const { return kind == SessionKind::browser ? browser : kind == SessionKind::oauth2 ? oauth.id : kind == SessionKind::compat ? compat : personal; }
    };
    static constexpr SessionKind kAll[] = {SessionKind::browser, SessionKind::oauth2, SessionKind::compat, SessionKind::personal};

    Ulid compat(const Ulid& user, const std::string& device) {
        CompatSession made;
        made.id = world_->id();
        made.userId = user;
        made.deviceId = device;
        made.createdAt = world_->now;
        made.userAgent = "Old/1";
        world_->commit([&](UnitOfWork& work) { work.compatSessions().add(made); });
        return made.id;
    }
    Ulid personal(const Ulid& user, const std::string& token, std::optional<Instant> expiresAt = std::nullopt) {
        const PersonalSession made{world_->id(), user, {}, user, "Robot", scope("openid"), world_->now, {}};
        world_->commit([&](UnitOfWork& work) {
            work.personalSessions().add(made);
            work.personalSessions().addToken({world_->id(), made.id, world_->now, expiresAt, {}}, token);
        });
        return made.id;
    }
    Four four(const std::string& name = "alice") {
        Four made;
        made.user = world_->user(name);
        made.browser = world_->browserSession(made.user);
        made.oauth = world_->session(made.user);
        made.compat = compat(made.user, "OLDDEVICE" + name);
        made.personal = personal(made.user, "mpt_" + name, later(world_->now, 60));
        return made;
    }
    std::vector<AccountSession> page(const Ulid& user, const AccountSessionSearch& search = {}) { return world_->store().reading()->accountSessions().page(user, search); }

    void showsEveryKindNewestFirst() {
        if (!world_) return;
        const Four made = four();
        world_->sql("UPDATE oauth2_sessions SET human_name = 'Laptop', last_active_ip = '192.0.2.9', last_active_at = now()");
        const auto found = page(made.user);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, found.size());
        for (std::size_t i = 0; i + 1 < found.size(); ++i) CPPUNIT_ASSERT(found[i + 1].id < found[i].id);
        for (const AccountSession& each : found) {
            CPPUNIT_ASSERT(each.id == made.idOf(each.kind));
            if (each.kind == SessionKind::oauth2) CPPUNIT_ASSERT(each.humanName == "Laptop" && each.lastActiveIp == "192.0.2.9" && each.lastActiveAt && each.clientId == made.oauth.clientId && each.scope == made.oauth.scope);
            if (each.kind == SessionKind::compat) CPPUNIT_ASSERT(each.deviceIds() == std::vector<std::string>{"OLDDEVICEalice"} && each.userAgent == "Old/1");
            if (each.kind == SessionKind::personal) CPPUNIT_ASSERT(each.humanName == "Robot" && each.expiresAt == later(world_->now, 60));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, world_->store().reading()->accountSessions().count(made.user));
    }
    void turnsPages() {
        if (!world_) return;
        const Ulid user = world_->user();
        for (int i = 0; i < 7; ++i) world_->browserSession(user);
        std::vector<Ulid> seen;
        std::optional<Ulid> before;
        for (int turned = 0; turned < 10; ++turned) {
            const auto found = page(user, {.before = before, .most = 3});
            if (found.empty()) break;
            for (const AccountSession& each : found) seen.push_back(each.id);
            before = seen.back();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, seen.size());
        CPPUNIT_ASSERT(std::is_sorted(seen.rbegin(), seen.rend()) && std::adjacent_find(seen.begin(), seen.end()) == seen.end());
    }
    void searchesByKindAndText() {
        if (!world_) return;
        const Four made = four();
        for (const SessionKind kind : kAll) {
            const auto found = page(made.user, {.kind = kind});
            CPPUNIT_ASSERT(found.size() == 1 && found[0].kind == kind);
        }
        for (const char* text : {"olddevice", "OLD/1"}) {
            const auto found = page(made.user, {.text = text});
            CPPUNIT_ASSERT_MESSAGE(text, found.size() == 1 && found[0].id == made.compat);
        }
        for (const char* text : {"%", "_", "nothing like it", "' OR true --"}) CPPUNIT_ASSERT_MESSAGE(text, page(made.user, {.text = text}).empty());
    }
    void findsOneAndByItsDevice() {
        if (!world_) return;
        const Four made = four();
        const auto work = world_->store().reading();
        for (const SessionKind kind : kAll) {
            CPPUNIT_ASSERT(work->accountSessions().find(made.user, kind, made.idOf(kind)).value().kind == kind);
            CPPUNIT_ASSERT(!work->accountSessions().find(made.user, kind, world_->id()));
        }
        CPPUNIT_ASSERT(work->accountSessions().findDevice(made.user, "OLDDEVICEalice").value().id == made.compat);
        for (const std::string& family : {std::string(kScopeDeviceStable), std::string(kScopeDeviceUnstable)}) {
            world_->sql("UPDATE oauth2_sessions SET scope_list = ARRAY['" + family + "NEWDEVICE']");
            CPPUNIT_ASSERT(work->accountSessions().findDevice(made.user, "NEWDEVICE").value().id == made.oauth.id);
        }
        CPPUNIT_ASSERT(!work->accountSessions().findDevice(made.user, "NEWDEV"));
    }
    void renamesWhatHasNames() {
        if (!world_) return;
        const Four made = four();
        for (const SessionKind kind : kAll) {
            const bool has = kind != SessionKind::browser;
            world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT_EQUAL(has, work.accountSessions().rename(made.user, kind, made.idOf(kind), "My <name>")); });
            if (has) CPPUNIT_ASSERT(world_->store().reading()->accountSessions().find(made.user, kind, made.idOf(kind))->humanName == "My <name>");
        }
    }
    void endsEachKindOnceWithItsTokens() {
        if (!world_) return;
        const Four made = four();
        world_->access(made.oauth.id, "mat_a");
        for (const SessionKind kind : kAll) {
            world_->commit([&](UnitOfWork& work) {
                CPPUNIT_ASSERT(endSession(work, made.user, kind, made.idOf(kind), later(world_->now, 5)));
                CPPUNIT_ASSERT(!endSession(work, made.user, kind, made.idOf(kind), later(world_->now, 6)));
            });
        }
        const auto work = world_->store().reading();
        CPPUNIT_ASSERT(page(made.user).empty());
        CPPUNIT_ASSERT(work->tokens().findAccess("mat_a")->token.revokedAt == later(world_->now, 5));
        const auto token = work->personalSessions().findAccess("mpt_alice").value();
        CPPUNIT_ASSERT(token.token.revokedAt == later(world_->now, 5) && token.session.revokedAt == later(world_->now, 5) && !token.usableAt(world_->now));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices' AND payload = '{\"user_id\":\"" + made.user.text() + "\"}'"));
    }
    void endingHasOneWinnerOfFifty() {
        if (!world_) return;
        const Four made = four();
        for (const SessionKind kind : kAll) {
            CPPUNIT_ASSERT_EQUAL(1, world_->winners([&](UnitOfWork& work) { return work.accountSessions().end(made.user, kind, made.idOf(kind), world_->now); }));
        }
    }
    void endsAllOthers() {
        if (!world_) return;
        const Four made = four(), other = four("bob");
        world_->browserSession(made.user);
        // Made by somebody else to act as alice: not hers to lose by changing a password.
        const PersonalSession lent{world_->id(), other.user, {}, made.user, "Bridge", scope("openid"), world_->now, {}};
        world_->commit([&](UnitOfWork& work) {
            work.personalSessions().add(lent);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{4}, endOtherSessions(work, made.user, made.browser, world_->now));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, endOtherSessions(work, made.user, made.browser, world_->now));
        });
        const auto left = page(made.user);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, left.size());
        for (const AccountSession& each : left) CPPUNIT_ASSERT(each.id == lent.id || each.id == made.browser);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, page(other.user).size());
    }
    void groupsClientsAndEndsAllOfOne() {
        if (!world_) return;
        const Ulid user = world_->user();
        const OAuthSession first = world_->session(user), other = world_->session(user);
        OAuthSession second = first;
        second.id = world_->id();
        world_->commit([&](UnitOfWork& work) {
            work.oauthSessions().add(second);
            work.oauthSessions().rememberConsent(user, first.clientId, scope("openid"), world_->now);
        });
        const auto found = world_->store().reading()->accountSessions().clients(user, std::nullopt, 10);
        CPPUNIT_ASSERT(found.size() == 2 && found[1].id < found[0].id);
        for (const ConnectedClient& each : found) CPPUNIT_ASSERT_EQUAL(std::int64_t{each.id == first.clientId ? 2 : 1}, each.sessions);
        CPPUNIT_ASSERT(found[0].id == other.clientId || found[1].id == other.clientId);
        const auto next = world_->store().reading()->accountSessions().clients(user, found[0].id, 10);
        CPPUNIT_ASSERT(next.size() == 1 && next[0].id == found[1].id);
        world_->commit([&](UnitOfWork& work) { CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, endClientSessions(work, user, first.clientId, world_->now)); });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page(user).size());
        CPPUNIT_ASSERT(world_->store().reading()->oauthSessions().consented(user, first.clientId).empty());
    }
    void somebodyElsesSessionsAreNotThere() {
        if (!world_) return;
        const Four made = four();
        const Ulid thief = world_->user("mallory");
        world_->commit([&](UnitOfWork& work) {
            for (const SessionKind kind : kAll) {
                CPPUNIT_ASSERT(!work.accountSessions().find(thief, kind, made.idOf(kind)));
                CPPUNIT_ASSERT(!work.accountSessions().rename(thief, kind, made.idOf(kind), "mine"));
                CPPUNIT_ASSERT(!work.accountSessions().end(thief, kind, made.idOf(kind), world_->now));
            }
            CPPUNIT_ASSERT(!work.accountSessions().findDevice(thief, "OLDDEVICEalice"));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, work.accountSessions().endClient(thief, made.oauth.clientId, world_->now));
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, page(made.user).size());
    }
    void keepsPersonalTokensAsDigestsAndFindsThemWithAll() {
        if (!world_) return;
        const Ulid user = world_->user();
        const Ulid session = personal(user, "mpt_text", later(world_->now, 60));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), world_->sql("SELECT access_token_sha256 = sha256('mpt_text') FROM personal_access_tokens"));
        const auto found = world_->store().reading()->personalSessions().findAccess("mpt_text").value();
        CPPUNIT_ASSERT(found.session.id == session && found.actor.id == user && found.owner->id == user && found.session.scope == scope("openid") && found.session.humanName == "Robot");
        CPPUNIT_ASSERT(found.usableAt(later(world_->now, 59)) && !found.usableAt(later(world_->now, 60)));
        CPPUNIT_ASSERT(!world_->store().reading()->personalSessions().findAccess("mpt_tex"));
        const auto work = world_->store().begin();
        CPPUNIT_ASSERT_THROW(work->personalSessions().addToken({world_->id(), session, world_->now, {}, {}}, "mpt_second"), Conflict);
        for (const char* mark : {"locked_at", "deactivated_at"}) {
            world_->sql(std::string("UPDATE users SET ") + mark + " = now()");
            CPPUNIT_ASSERT_MESSAGE(mark, !world_->store().reading()->personalSessions().findAccess("mpt_text")->usableAt(world_->now));
            world_->sql(std::string("UPDATE users SET ") + mark + " = NULL");
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AccountSessionContractTest);

}  // namespace latchkey::contract
