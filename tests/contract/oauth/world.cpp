// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/oauth/world.h"

#include "domain/clock.h"
#include "domain/user/browser_session.h"
#include "domain/user/user_repository.h"
#include "plugins/storage-postgres/migrator.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>
#include <vector>

namespace latchkey::contract {

namespace {

const std::string& migratedTemplate(test::Postgres& server) {
    static const std::string name = [&] {
        std::string made = server.createDatabase();
        pg::Connection connection(pg::ConnectOptions::parse(server.conninfo(made)));
        pg::Migrator(connection, pg::MigrationSet::shipped()).migrate();
        return made;
    }();
    return name;
}

pg::PoolLimits limits() {
    pg::PoolLimits limits;
    limits.maxConnections = 25;
    limits.acquireTimeout = 60;
    return limits;
}

}  // namespace

World::World() : server_(test::Postgres::shared()), database_(server_.createDatabase(migratedTemplate(server_))) {
    pool_ = std::make_unique<pg::Pool>(pg::ConnectOptions::parse(conninfo()), limits());
    store_ = std::make_unique<pg::PgStore>(*pool_);
}

World::~World() {
    store_.reset();
    pool_.reset();
    server_.dropDatabase(database_);
}

void World::commit(const std::function<void(UnitOfWork&)>& what) {
    const auto work = store().begin();
    what(*work);
    work->commit();
}

int World::winners(const std::function<bool(UnitOfWork&)>& attempt) {
    std::atomic<int> won{0};
    std::atomic<int> failed{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 50; ++i) {
        threads.emplace_back([&] {
            while (!go) std::this_thread::yield();
            try {
                const auto work = store().begin();
                if (!attempt(*work)) return;
                work->commit();
                ++won;
            } catch (const Error&) {
                ++failed;
            }
        });
    }
    go = true;
    for (std::thread& each : threads) each.join();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("attempts that threw", 0, failed.load());
    return won;
}

Ulid World::id() { return newId(now); }

Ulid World::user(const std::string& name) {
    const Ulid made = id();
    commit([&](UnitOfWork& work) { work.users().add(made, name, now); });
    return made;
}

Ulid World::client() {
    Client made;
    made.id = id();
    made.tokenEndpointAuthMethod = "none";
    commit([&](UnitOfWork& work) { work.clients().add(made, std::nullopt, now); });
    return made.id;
}

Ulid World::browserSession(const Ulid& userId) {
    const Ulid made = id();
    commit([&](UnitOfWork& work) { work.browserSessions().add(made, userId, "Firefox", now); });
    return made;
}

OAuthSession World::session(const std::optional<Ulid>& userId) {
    OAuthSession made;
    made.id = id();
    made.clientId = client();
    made.userId = userId;
    made.scope = scope("openid urn:matrix:client:api:*");
    made.createdAt = now;
    commit([&](UnitOfWork& work) { work.oauthSessions().add(made); });
    return made;
}

AccessToken World::access(const Ulid& sessionId, const std::string& text) {
    AccessToken made;
    made.id = id();
    made.sessionId = sessionId;
    made.createdAt = now;
    made.expiresAt = later(now, 300);
    commit([&](UnitOfWork& work) { work.tokens().addAccess(made, text); });
    return made;
}

RefreshToken World::refresh(const Ulid& sessionId, const std::optional<Ulid>& accessId, const std::string& text) {
    RefreshToken made;
    made.id = id();
    made.sessionId = sessionId;
    made.accessTokenId = accessId;
    made.createdAt = now;
    commit([&](UnitOfWork& work) { work.tokens().addRefresh(made, text); });
    return made;
}

Scope scope(const std::string& text) { return Scope::parse(text).value(); }

}  // namespace latchkey::contract
