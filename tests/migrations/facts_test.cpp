// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/database_facts.h"
#include "plugins/storage-postgres/migrator.h"
#include "plugins/storage-postgres/server_facts.h"
#include "tests/migrations/database.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::migrations {

/// Judged by facts alone, without a server.
class FactsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FactsTest);
    CPPUNIT_TEST(aServerOlderThanThirteenIsOnlyWarnedOf);
    CPPUNIT_TEST(theVersionOfTheServerRefusesNothing);
    CPPUNIT_TEST(oneTroubleHidesTheNext);
    CPPUNIT_TEST(aLedgerWithoutRowsIsAnEmptyDatabase);
    CPPUNIT_TEST(everyStateHasAName);
    CPPUNIT_TEST_SUITE_END();

    void aServerOlderThanThirteenIsOnlyWarnedOf() {
        pg::ServerFacts facts;
        facts.version = "12.22";
        facts.versionNumber = 120022;
        requireText(pg::oldVersionWarning(facts), "PostgreSQL 12.22 is older than 13");
        for (const int tested : {130000, 150018, 180001}) {
            facts.versionNumber = tested;
            CPPUNIT_ASSERT_EQUAL(std::string(), pg::oldVersionWarning(facts));
        }
    }

    void theVersionOfTheServerRefusesNothing() {
        for (const int version : {90624, 120022, 130000, 190000}) {
            pg::DatabaseFacts facts = complete();
            facts.serverVersion = version;
            CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::changesPending && judged(facts).usable());
            facts = pg::DatabaseFacts();
            facts.schema = "public";
            facts.serverVersion = version;
            CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::empty && judged(facts).pending() && judged(facts).usable());
        }
    }

    // An unfinished import explains the missing tables, a modified migration the missing rows after it.
    void oneTroubleHidesTheNext() {
        pg::DatabaseFacts facts = complete();
        facts.tablesVisible.pop_back();
        CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::halfApplied);
        facts.tablesVisible.push_back("syn2mas__users");
        CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::importUnfinished);
        facts.ledger.pop_back();
        facts.ledger.front().checksum = std::string(96, '0');
        CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::modified);
        facts.schema.clear();
        CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::noSchema);
    }

    // Left by a migrator, the reference's perhaps, that was killed before its first migration.
    void aLedgerWithoutRowsIsAnEmptyDatabase() {
        pg::DatabaseFacts facts;
        facts.schema = "public";
        facts.ledgerVisible = true;
        facts.ledgerSchemas = {"public"};
        facts.tablesHere = facts.tablesVisible = {"_sqlx_migrations"};
        CPPUNIT_ASSERT(judged(facts).state == pg::SchemaState::empty);
    }

    void everyStateHasAName() {
        std::vector<std::string> names;
        for (int each = 0; each <= static_cast<int>(pg::SchemaState::noSchema); ++each) {
            const std::string name = pg::stateName(static_cast<pg::SchemaState>(each));
            CPPUNIT_ASSERT_MESSAGE(name, name != "unknown" && std::find(names.begin(), names.end(), name) == names.end());
            names.push_back(name);
        }
    }

    static pg::MigrationState judged(const pg::DatabaseFacts& facts) { return pg::classify(facts, pg::MigrationSet::shipped()); }

    static pg::DatabaseFacts complete() {
        pg::DatabaseFacts facts;
        facts.database = facts.role = "mas";
        facts.schema = "public";
        facts.ledgerVisible = true;
        facts.ledgerSchemas = {"public"};
        facts.ledger = pg::MigrationSet::shipped().reference.rows();
        facts.tablesHere = facts.tablesVisible = pg::referenceTables();
        return facts;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FactsTest);

}  // namespace latchkey::migrations
