// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/queue/cleanup_repository.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/jobs/cleanup_handlers.h"
#include "plugins/jobs/schedules.h"
#include "tests/contract/oauth/world.h"
#include "tests/plugins/jobs/counting_context.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

namespace latchkey::jobs {

namespace {

constexpr Duration kDay = Duration::seconds(86'400);
constexpr Duration kKeep = Duration::seconds(90 * 86'400);
constexpr Duration kOlder = Duration::seconds(91 * 86'400);
constexpr Duration kYounger = Duration::seconds(89 * 86'400);

/// One of each table whose rows keep a client; CLIENT is its id.
struct Reference {
    const char* table;
    const char* insert;
};
constexpr Reference kReferences[] = {
    {"latchkey_client_assertions", "INSERT INTO latchkey_client_assertions (oauth2_client_id, jti_digest, expires_at) VALUES (CLIENT, 'x', now())"},
    {"latchkey_client_registrations", "INSERT INTO latchkey_client_registrations (oauth2_client_id, access_token_digest, metadata, updated_at) VALUES (CLIENT, '', '{}', now())"},
    {"latchkey_consents", "INSERT INTO latchkey_consents (user_id, oauth2_client_id, scope_list, created_at, updated_at) SELECT user_id, CLIENT, '{}', now(), now() FROM users"},
    {"latchkey_pushed_requests", "INSERT INTO latchkey_pushed_requests (request_uri_digest, oauth2_client_id, parameters, expires_at) VALUES ('x', CLIENT, '{}', now())"},
    {"oauth2_authorization_grants",
     "INSERT INTO oauth2_authorization_grants (oauth2_authorization_grant_id, oauth2_client_id, redirect_uri, scope, response_mode, response_type_code, response_type_id_token, created_at,"
     " cancelled_at, authorization_code) VALUES (gen_random_uuid(), CLIENT, 'x', '', 'query', true, false, now(), now(), 'x')"},
    {"oauth2_device_code_grant",
     "INSERT INTO oauth2_device_code_grant (oauth2_device_code_grant_id, oauth2_client_id, scope, user_code, device_code, created_at, expires_at)"
     " VALUES (gen_random_uuid(), CLIENT, '', 'x', 'x', now(), now())"},
    {"oauth2_sessions", "INSERT INTO oauth2_sessions (oauth2_session_id, oauth2_client_id, created_at, finished_at, scope_list) VALUES (gen_random_uuid(), CLIENT, now(), now(), '{}')"},
    {"personal_sessions",
     "INSERT INTO personal_sessions (personal_session_id, owner_oauth2_client_id, actor_user_id, human_name, scope_list, created_at, revoked_at)"
     " SELECT gen_random_uuid(), CLIENT, user_id, 'x', '{}', now(), now() FROM users"},
};

}  // namespace

class UnusedClientsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnusedClientsTest);
    CPPUNIT_TEST(attack29_clientsThatNobodyUsedGoAfterAWhile);
    CPPUNIT_TEST(whateverRefersToAClientKeepsIt);
    CPPUNIT_TEST(whoRegistersTheSameAgainKeepsTheClient);
    CPPUNIT_TEST(attack29_aClientThatJustBeginsIsNeitherRemovedNorWaitedFor);
    CPPUNIT_TEST(attack29_noGrantIsLostToARemovalAtTheSameTime);
    CPPUNIT_TEST(isConfiguredByDaysAndSwitchedOffByNone);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    Instant current_ = currentTime();

    /// So many of that age, as dynamic registration leaves them.
    void insertClients(int count, Duration age) {
        world_->sql("INSERT INTO oauth2_clients (oauth2_client_id, grant_type_authorization_code, grant_type_refresh_token, metadata_digest)"
                    " SELECT (left('" + Ulid::make(current_ - age, {}).uuid() + "', 18) || '-' || right(md5(n::text), 4) || '-' || left(md5('" + std::to_string(age.us) + "' || n), 12))::uuid, true, true, md5(n || '"
                    + std::to_string(age.us) + "') FROM generate_series(1, " + std::to_string(count) + ") AS n");
    }
    Ulid oldClient() {
        Client made;
        made.id = newId(current_ - kOlder);
        world_->commit([&](UnitOfWork& work) { work.clients().add(made, std::nullopt, current_ - kOlder); });
        return made.id;
    }
    std::int64_t remove(int most = 1000) {
        std::int64_t removed = 0;
        world_->commit([&](UnitOfWork& work) { removed = work.cleanup().removeUnusedClients(current_ - kKeep, most); });
        return removed;
    }
    std::string left() { return world_->sql("SELECT count(*) FROM oauth2_clients"); }
    static void run(Store& store, const UnusedClientsConfig& config) {
        int found = 0;
        for (const auto& each : cleanupHandlers(store, config)) {
            if (each->queue() != kUnusedClients) continue;
            ++found;
            CPPUNIT_ASSERT(each->run("null", CountingContext(100)).kind == JobOutcome::Kind::done);
        }
        CPPUNIT_ASSERT_EQUAL(1, found);
    }

    void attack29_clientsThatNobodyUsedGoAfterAWhile() {
        if (!world_) return;
        insertClients(5'000, kOlder);
        insertClients(10, kYounger);
        const Ulid chosen = oldClient();
        world_->sql("UPDATE oauth2_clients SET is_static = true WHERE oauth2_client_id = '" + chosen.uuid() + "'");
        world_->session();
        run(world_->store(), {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE("switched off", std::string("5012"), left());
        run(world_->store(), {kKeep});
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the young, the static one, and the one with a session", std::string("12"), left());
    }

    void whateverRefersToAClientKeepsIt() {
        if (!world_) return;
        world_->user();
        std::string known;
        for (const Reference& each : kReferences) {
            known += std::string(known.empty() ? "" : " ") + each.table;
            const Ulid client = oldClient();
            std::string insert = each.insert;
            insert.replace(insert.find("CLIENT"), 6, "'" + client.uuid() + "'::uuid");
            world_->sql(insert);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.table, std::int64_t{0}, remove());
            world_->sql(std::string("DELETE FROM ") + each.table);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.table, std::int64_t{1}, remove());
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("tables that refer to clients", world_->sql("SELECT string_agg(DISTINCT conrelid::regclass::text, ' ' ORDER BY conrelid::regclass::text) FROM pg_constraint"
                                                                                " WHERE contype = 'f' AND confrelid = 'oauth2_clients'::regclass"), known);
    }

    void whoRegistersTheSameAgainKeepsTheClient() {
        if (!world_) return;
        const Ulid client = oldClient(), other = oldClient();
        const Instant then = current_ - kOlder;
        world_->commit([&](UnitOfWork& work) {
            work.clients().setRegistration(client, {"", "{}"}, then);
            work.clients().setRegistration(other, {"", "{}"}, then);
            CPPUNIT_ASSERT(work.clients().renew(client, current_));
        });
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, remove());
        world_->commit([&](UnitOfWork& work) {
            CPPUNIT_ASSERT(work.clients().find(client).has_value());
            CPPUNIT_ASSERT_MESSAGE("gone", !work.clients().renew(other, current_));
        });
    }

    void attack29_aClientThatJustBeginsIsNeitherRemovedNorWaitedFor() {
        if (!world_) return;
        const Ulid beginning = oldClient(), renewed = oldClient();
        oldClient();
        const auto grant = world_->store().begin();
        AuthorizationGrant begun;
        begun.id = newId(current_);
        begun.clientId = beginning;
        begun.createdAt = current_;
        grant->authorizationGrants().add(begun, "code");
        CPPUNIT_ASSERT(grant->clients().renew(renewed, current_));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it did not wait", std::int64_t{1}, remove());
        grant->commit();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("only the renewed one had no row to be renewed in", std::int64_t{1}, remove());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), left());
    }

    // Device grants go with their client (ON DELETE CASCADE), so that a lost one would go unnoticed.
    void attack29_noGrantIsLostToARemovalAtTheSameTime() {
        if (!world_) return;
        constexpr int kClients = 600;
        std::vector<Ulid> clients;
        for (int i = 0; i < kClients; ++i) clients.push_back(oldClient());
        std::atomic<int> next{0}, kept{0}, late{0};
        const auto begin = [&] {
            for (int i = next++; i < kClients; i = next++) {
                DeviceCodeGrant grant;
                grant.id = newId(current_);
                grant.clientId = clients[static_cast<std::size_t>(i)];
                grant.createdAt = current_;
                grant.expiresAt = current_ + kDay;
                const auto work = world_->store().begin();
                try {
                    work->deviceCodeGrants().add(grant, "device" + std::to_string(i), "user" + std::to_string(i));
                    work->commit();
                    ++kept;
                } catch (const StorageError&) {  // the client was gone first
                    ++late;
                }
            }
        };
        std::thread one(begin), two(begin);
        std::int64_t removed = 0;
        while (next < kClients) removed += remove(7);
        one.join();
        two.join();
        CPPUNIT_ASSERT_EQUAL(kClients, kept + late);
        CPPUNIT_ASSERT_EQUAL(std::to_string(kept), world_->sql("SELECT count(*) FROM oauth2_device_code_grant"));
        removed += remove();
        CPPUNIT_ASSERT_EQUAL(std::to_string(kept), left());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{late}, removed);
    }

    void isConfiguredByDaysAndSwitchedOffByNone() {
        const auto read = [](const std::string& yaml) {
            config::Tree tree;
            config::Problems problems;
            tree.merge(config::parseYaml(yaml, "test.yaml", problems));
            const auto keep = UnusedClientsConfig::parse(config::Section(tree, problems)).keep;
            return problems.errors().empty() ? keep ? std::to_string(keep->us / kDay.us) : std::string("for ever") : std::string("refused");
        };
        CPPUNIT_ASSERT_EQUAL(std::string("90"), read("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), read("{oauth: {unused_clients_days: 7}}"));
        CPPUNIT_ASSERT_EQUAL(std::string("for ever"), read("{oauth: {unused_clients_days: 0}}"));
        CPPUNIT_ASSERT_EQUAL(std::string("refused"), read("{oauth: {unused_clients_days: -1}}"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UnusedClientsTest);

}  // namespace latchkey::jobs
