// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/oauth2/client_repository.h"
#include "plugins/client-sync/sync.h"
#include "plugins/storage-postgres/migrator.h"
#include "plugins/storage-postgres/unit_of_work.h"
#include "tests/plugins/client-sync/clients_yaml.h"
#include "tests/support/postgres.h"
#include "tests/support/recorded_events.h"
#include "tests/support/process.h"

#include <cppunit/extensions/HelperMacros.h>
#include <thread>

namespace latchkey::clients {

using test::Read;

namespace {

const std::string kA = "01HFRQHW4KD7CMFTP8Q3FKSN2E", kB = "01HFRQHW4KD7CMFTP8Q3FKSN2F", kC = "01HFRQHW4KD7CMFTP8Q3FKSN2G";

const std::string kYaml =
    "clients:\n"
    "- {client_id: " + kA + ", client_auth_method: client_secret_basic, client_secret: static-secret, client_name: A, redirect_uris: ['https://a.example/cb']}\n"
    "- {client_id: " + kB + ", client_auth_method: private_key_jwt, jwks: {keys: [{kty: OKP, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo, crv: Ed25519}]}}\n";

std::string counts(const SyncResult& result) {
    return std::to_string(result.added) + " added, " + std::to_string(result.updated) + " updated, " + std::to_string(result.unchanged) + " unchanged, " +
           std::to_string(result.removed) + " removed, " + std::to_string(result.left) + " left";
}

// A migrated database, and what syncs into it.
class World {
public:
    World() : server_(latchkey::test::Postgres::shared()), database_(server_.createDatabase()) {
        pg::Connection connection(pg::ConnectOptions::parse(server_.conninfo(database_)));
        pg::Migrator(connection, pg::MigrationSet::shipped()).migrate();
        pool_ = std::make_unique<pg::Pool>(pg::ConnectOptions::parse(server_.conninfo(database_)), pg::PoolLimits{});
        store_ = std::make_unique<pg::PgStore>(*pool_);
    }
    ~World() {
        store_.reset();
        pool_.reset();
        server_.dropDatabase(database_);
    }

    std::string sync(const std::string& yaml, SyncMode mode = {}) {
        const Read read(yaml);
        return counts(syncClients(*store_, &encrypter, read.clients, mode, &events));
    }
    std::string sql(const std::string& statement) const { return server_.sql(statement, database_); }
    std::optional<Client> client(const std::string& id) { return store_->reading()->clients().find(*Ulid::parse(id)); }
    Store& store() { return *store_; }

    Encrypter encrypter{std::string(64, 'a')};
    latchkey::test::RecordedEvents events;

private:
    latchkey::test::Postgres& server_;
    std::string database_;
    std::unique_ptr<pg::Pool> pool_;
    std::unique_ptr<pg::PgStore> store_;
};

}  // namespace

class ClientSyncTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientSyncTest);
    CPPUNIT_TEST(configuredClientsComeIntoTheDatabase);
    CPPUNIT_TEST(whatIsUnchangedIsNotWritten);
    CPPUNIT_TEST(whatDiffersIsOverwritten);
    CPPUNIT_TEST(keepsWherePeopleMayGoAfterLoggingOut);
    CPPUNIT_TEST(anotherKeyEncryptsAnew);
    CPPUNIT_TEST(clientsThatLeftTheConfigurationStayUntilPruned);
    CPPUNIT_TEST(aRegisteredClientBecomesStatic);
    CPPUNIT_TEST(aDryRunChangesNothing);
    CPPUNIT_TEST(secretFilesAreReadEvenInADryRun);
    CPPUNIT_TEST(withoutAKeyThereAreNoSecrets);
    CPPUNIT_TEST(twoSyncsTakeTurns);
    CPPUNIT_TEST_SUITE_END();

    void configuredClientsComeIntoTheDatabase() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        CPPUNIT_ASSERT_EQUAL(std::string("2 added, 0 updated, 0 unchanged, 0 removed, 0 left"), world.sync(kYaml));
        const auto a = world.client(kA);
        CPPUNIT_ASSERT_EQUAL(std::string("static-secret"), *world.encrypter.decrypt(*a->encryptedSecret));
        CPPUNIT_ASSERT(a->isStatic && a->name == "A" && a->grantAuthorizationCode && a->grantRefreshToken && a->grantClientCredentials && a->grantDeviceCode);
        CPPUNIT_ASSERT(a->redirectUris == std::vector<std::string>{"https://a.example/cb"} && a->tokenEndpointAuthMethod == "client_secret_basic");
        CPPUNIT_ASSERT(world.client(kB)->jwks.has_value());
    }

    void whatIsUnchangedIsNotWritten() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sync(kYaml);
        const std::string before = world.sql("SELECT string_agg(xmin::text || c::text, ' ' ORDER BY oauth2_client_id) FROM oauth2_clients c");
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 0 updated, 2 unchanged, 0 removed, 0 left"), world.sync(kYaml));
        CPPUNIT_ASSERT_EQUAL(before, world.sql("SELECT string_agg(xmin::text || c::text, ' ' ORDER BY oauth2_client_id) FROM oauth2_clients c"));
    }

    void whatDiffersIsOverwritten() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sync(kYaml);
        const auto changed = [&](const std::string& members) {
            const std::string result = world.sync("clients:\n- {client_id: " + kA + ", " + members + "}\n");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(members, std::string("0 added, 1 updated, 0 unchanged, 0 removed, 1 left"), result);
        };
        changed("client_auth_method: client_secret_basic, client_secret: other, client_name: A, redirect_uris: ['https://a.example/cb']");
        CPPUNIT_ASSERT_EQUAL(std::string("other"), *world.encrypter.decrypt(*world.client(kA)->encryptedSecret));
        changed("client_auth_method: client_secret_post, client_secret: other, client_name: A, redirect_uris: ['https://a.example/cb']");
        changed("client_auth_method: client_secret_post, client_secret: other, redirect_uris: ['https://a.example/cb']");
        changed("client_auth_method: none");
        CPPUNIT_ASSERT(!world.client(kA)->encryptedSecret && !world.client(kA)->name && world.client(kA)->redirectUris.empty());
    }

    void keepsWherePeopleMayGoAfterLoggingOut() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto synced = [&](const std::string& more) { return world.sync("clients:\n- {client_id: " + kA + ", client_auth_method: none" + more + "}\n"); };
        const auto kept = [&] {
            const auto registration = world.store().reading()->clients().registration(*Ulid::parse(kA));
            return registration ? registration->accessTokenDigest + registration->metadata : std::string();
        };
        synced("");
        CPPUNIT_ASSERT_EQUAL(std::string(), kept());
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 1 updated, 0 unchanged, 0 removed, 0 left"), synced(", post_logout_redirect_uris: ['HTTPS://a.example/out', 'https://a.example']"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"post_logout_redirect_uris":["https://a.example/out","https://a.example/"]})"), kept());
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 0 updated, 1 unchanged, 0 removed, 0 left"), synced(", post_logout_redirect_uris: ['https://a.example/out', 'https://a.example/']"));
        synced("");
        CPPUNIT_ASSERT_EQUAL(std::string(), kept());
        CPPUNIT_ASSERT(Read("clients:\n- {client_id: " + kA + ", client_auth_method: none, post_logout_redirect_uris: ['https://a.example/#f']}\n").problems.failed());
    }

    void anotherKeyEncryptsAnew() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sync(kYaml);
        const Encrypter other(std::string(64, 'b'));
        const Read read(kYaml);
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 1 updated, 1 unchanged, 0 removed, 0 left"), counts(syncClients(world.store(), &other, read.clients, {})));
        CPPUNIT_ASSERT_EQUAL(std::string("static-secret"), *other.decrypt(*world.client(kA)->encryptedSecret));
    }

    void clientsThatLeftTheConfigurationStayUntilPruned() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        world.sync(kYaml);
        world.sql("INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, scope_list, created_at) SELECT oauth2_client_id, oauth2_client_id, '{openid}', now() FROM oauth2_clients");
        world.sql("INSERT INTO users (user_id, username, created_at) VALUES (gen_random_uuid(), 'alice', now()); UPDATE oauth2_sessions SET user_id = (SELECT user_id FROM users)");
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 0 updated, 0 unchanged, 0 removed, 2 left"), world.sync("{}"));
        world.sync("{}", {.prune = true, .dryRun = true});
        CPPUNIT_ASSERT_EQUAL(std::string(), world.events.list());
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 0 updated, 0 unchanged, 2 removed, 0 left"), world.sync("{}", {.prune = true}));
        const std::string ended = "session.ended actor=administrator via=config sync reason=client_removed count=1";
        CPPUNIT_ASSERT_EQUAL(ended + "; " + ended, world.events.list({"actor", "via", "reason", "count"}));
        CPPUNIT_ASSERT(world.events.all.at(0).clientId && world.events.all.at(1).clientId && world.events.all[0].clientId != world.events.all[1].clientId);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world.sql("SELECT (SELECT count(*) FROM oauth2_clients) + (SELECT count(*) FROM oauth2_sessions)"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the homeserver hears that devices went", std::string("2"), world.sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'sync-devices'"));
    }

    void aRegisteredClientBecomesStatic() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        Client registered;
        registered.id = *Ulid::parse(kA);
        Client other;
        other.id = *Ulid::parse(kC);
        const auto work = world.store().begin();
        work->clients().add(registered, std::string(64, '0'), currentTime());
        work->clients().add(other, std::nullopt, currentTime());
        work->commit();
        CPPUNIT_ASSERT_EQUAL(std::string("2 added, 0 updated, 0 unchanged, 0 removed, 0 left"), world.sync(kYaml, {.prune = true}));
        CPPUNIT_ASSERT(world.client(kA)->isStatic && world.client(kA)->name == "A");
        CPPUNIT_ASSERT(world.client(kC).has_value());
    }

    void aDryRunChangesNothing() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        CPPUNIT_ASSERT_EQUAL(std::string("2 added, 0 updated, 0 unchanged, 0 removed, 0 left"), world.sync(kYaml, {.prune = true, .dryRun = true}));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world.sql("SELECT count(*) FROM oauth2_clients"));
        world.sync(kYaml);
        CPPUNIT_ASSERT_EQUAL(std::string("0 added, 0 updated, 0 unchanged, 2 removed, 0 left"), world.sync("{}", {.prune = true, .dryRun = true}));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), world.sql("SELECT count(*) FROM oauth2_clients"));
    }

    void secretFilesAreReadEvenInADryRun() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const std::string yaml = kYaml + "- {client_id: " + kC + ", client_auth_method: client_secret_basic, client_secret_file: /nonexistent/secret}\n";
        CPPUNIT_ASSERT_THROW(world.sync(yaml, {.prune = false, .dryRun = true}), ConfigError);
        CPPUNIT_ASSERT_THROW(world.sync(yaml), ConfigError);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world.sql("SELECT count(*) FROM oauth2_clients"));
    }

    void withoutAKeyThereAreNoSecrets() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const Read read(kYaml), keyless("clients:\n- {client_id: " + kA + ", client_auth_method: none}\n");
        CPPUNIT_ASSERT_THROW(syncClients(world.store(), nullptr, read.clients, {}), Error);
        CPPUNIT_ASSERT_EQUAL(1, syncClients(world.store(), nullptr, keyless.clients, {}).added);
    }

    // The lock is the reference's: whoever holds it, in a session or a transaction, is waited for.
    void twoSyncsTakeTurns() {
        if (!latchkey::test::postgresAvailable()) return;
        World world;
        const auto holder = world.store().begin();
        holder->lock(-5367755461526268618);
        std::string result;
        std::thread second([&] { result = world.sync(kYaml); });
        const bool waits = latchkey::test::eventually([&] { return world.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != "0"; }, 60'000);
        const std::string meanwhile = world.sql("SELECT count(*) FROM oauth2_clients");
        holder->commit();
        second.join();
        CPPUNIT_ASSERT(waits);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), meanwhile);
        CPPUNIT_ASSERT_EQUAL(std::string("2 added, 0 updated, 0 unchanged, 0 removed, 0 left"), result);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ClientSyncTest);

}  // namespace latchkey::clients
