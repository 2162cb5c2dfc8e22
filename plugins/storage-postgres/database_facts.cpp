// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/database_facts.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

namespace {

constexpr Query kIdentity{"facts.identity", R"sql(
    SELECT current_database(), current_user, coalesce(current_schema(), ''), current_setting('search_path'),
           current_setting('server_encoding'), pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean,
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
           to_regclass('_sqlx_migrations') IS NOT NULL, to_regclass('latchkey_migrations') IS NOT NULL)sql"};

constexpr Query kLedgerSchemas{"facts.ledger_schemas", R"sql(
    SELECT space.nspname FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
     WHERE class.relname = '_sqlx_migrations' AND class.relkind IN ('r', 'p') ORDER BY 1)sql"};

constexpr Query kLedger{"facts.ledger", "SELECT version, description, encode(checksum, 'hex') FROM _sqlx_migrations ORDER BY version"};
constexpr Query kOwnLedger{"facts.own_ledger", "SELECT version, description, encode(checksum, 'hex') FROM latchkey_migrations ORDER BY version"};

// Tables that belong to an extension (PostGIS has some) are nobody's data.
constexpr Query kTables{"facts.tables", R"sql(
    SELECT class.relname, class.relnamespace = to_regnamespace(quote_ident(current_schema())) IS TRUE, pg_table_is_visible(class.oid)
      FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
     WHERE class.relkind IN ('r', 'p', 'f') AND class.relpersistence <> 't'
       AND space.nspname NOT LIKE 'pg\_%' AND space.nspname <> 'information_schema'
       AND (pg_table_is_visible(class.oid) OR space.nspname = current_schema())
       AND NOT EXISTS (SELECT FROM pg_depend AS member WHERE member.classid = 'pg_class'::regclass AND member.objid = class.oid AND member.deptype = 'e')
     ORDER BY 1)sql"};

// Not those that somebody builds right now, nor what REINDEX CONCURRENTLY has beside the index that works. Which index it is that
// another role builds, PostgreSQL does not tell everybody: then it may be any.
constexpr Query kInvalidIndexes{"facts.invalid_indexes", R"sql(
    SELECT named.relname
      FROM pg_index AS index JOIN pg_class AS named ON named.oid = index.indexrelid JOIN pg_namespace AS space ON space.oid = named.relnamespace
     WHERE NOT index.indisvalid AND pg_table_is_visible(index.indrelid) AND space.nspname NOT LIKE 'pg\_%'
       AND named.relname !~ '_cc(new|old)[0-9]*$'
       AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS building WHERE building.datname = current_database()
                            AND (building.index_relid = named.oid OR building.index_relid IS NULL))
     ORDER BY 1)sql"};

LedgerRow readLedgerRow(const Row& row) { return {row.int64(0), row.text(1), row.text(2)}; }
std::string readText(const Row& row) { return row.text(0); }

void readIdentity(const Row& row, DatabaseFacts& facts) {
    facts.database = row.text(0);
    facts.role = row.text(1);
    facts.schema = row.text(2);
    facts.searchPath = row.text(3);
    facts.encoding = row.text(4);
    facts.readOnly = row.boolean(5);
    facts.mayCreate = row.boolean(6);
    facts.ledgerVisible = row.boolean(7);
    facts.ownLedgerVisible = row.boolean(8);
}

}  // namespace

DatabaseFacts readFacts(Connection& connection) {
    DatabaseFacts facts;
    facts.serverVersion = connection.serverVersion();
    connection.one(kIdentity, {}, [&](const Row& row) { readIdentity(row, facts); return true; });
    facts.ledgerSchemas = connection.all(kLedgerSchemas, {}, readText);
    if (facts.ledgerVisible) facts.ledger = connection.all(kLedger, {}, readLedgerRow);
    if (facts.ownLedgerVisible) facts.ownLedger = connection.all(kOwnLedger, {}, readLedgerRow);
    connection.all(kTables, {}, [&](const Row& row) {
        if (row.boolean(1)) facts.tablesHere.push_back(row.text(0));
        if (row.boolean(2)) facts.tablesVisible.push_back(row.text(0));
        return true;
    });
    facts.invalidIndexes = connection.all(kInvalidIndexes, {}, readText);
    return facts;
}

}  // namespace latchkey::pg
