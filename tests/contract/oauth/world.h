// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/client_repository.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/session_repository.h"
#include "domain/oauth2/token_repository.h"
#include "domain/store.h"
#include "domain/user/user.h"
#include "plugins/storage-postgres/unit_of_work.h"
#include "tests/support/postgres.h"

#include <functional>
#include <memory>
#include <string>

namespace latchkey::contract {

/// A store on a database of its own, which Latchkey made (so it keeps digests), and the things that tests begin with.
class World {
public:
    World();
    ~World();

    Store& store() { return *store_; }
    pg::Pool& pool() { return *pool_; }
    /// Does something in a transaction that commits.
    void commit(const std::function<void(UnitOfWork&)>& what);
    /// The same thing fifty times at once, each in its own transaction, which commits if it returns true. How many did.
    int winners(const std::function<bool(UnitOfWork&)>& attempt);

    /// As superuser; the first value of the last result.
    std::string sql(const std::string& statements) const { return server_.sql(statements, database_); }
    void keepPlain() { sql("UPDATE latchkey_settings SET value = 'plain' WHERE name = 'token_storage'"); }
    std::string conninfo() const { return server_.conninfo(database_); }

    Ulid id();
    Ulid user(const std::string& name = "alice");
    Ulid client();
    Ulid browserSession(const Ulid& userId);
    /// Of a new client; with a user, or for the client itself.
    OAuthSession session(const std::optional<Ulid>& userId = std::nullopt);
    AccessToken access(const Ulid& sessionId, const std::string& text);
    RefreshToken refresh(const Ulid& sessionId, const std::optional<Ulid>& accessId, const std::string& text);

    const Instant now{1'750'000'000'123'456};

private:
    test::Postgres& server_;
    std::string database_;
    std::unique_ptr<pg::Pool> pool_;
    std::unique_ptr<pg::PgStore> store_;
};

Scope scope(const std::string& text);
inline Instant later(Instant at, std::int64_t seconds) { return at + Duration::seconds(seconds); }

}  // namespace latchkey::contract

/// For fixtures: a world per test, none where tests with PostgreSQL are to be skipped.
#define LATCHKEY_WORLD                                                                            \
public:                                                                                           \
    void setUp() override {                                                                       \
        if (::latchkey::test::postgresAvailable()) world_ = std::make_unique<::latchkey::contract::World>(); \
    }                                                                                             \
    void tearDown() override { world_.reset(); }                                                  \
                                                                                                  \
private:                                                                                          \
    std::unique_ptr<::latchkey::contract::World> world_;
