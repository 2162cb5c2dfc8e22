// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/catalog.h"

#include "tests/migrations/database.h"

#include <algorithm>
#include <fstream>
#include <set>

namespace latchkey::migrations {

namespace {

constexpr char kColumns[] = R"sql(
    SELECT class.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod),
           CASE WHEN attribute.attnotnull THEN 'NO' ELSE 'YES' END, coalesce(pg_get_expr(preset.adbin, preset.adrelid), '')
      FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
      LEFT JOIN pg_attrdef AS preset ON preset.adrelid = attribute.attrelid AND preset.adnum = attribute.attnum
     WHERE class.relnamespace = 'public'::regnamespace AND class.relkind = 'r' AND attribute.attnum > 0 AND NOT attribute.attisdropped
       AND class.relname NOT LIKE 'latchkey\_%'
     ORDER BY class.relname COLLATE "C", attribute.attnum)sql";

// Not-null constraints have names from PostgreSQL 18 on: they are the columns' business here.
constexpr char kConstraints[] = R"sql(
    SELECT CASE contype WHEN 'p' THEN 'pk' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'fk' WHEN 'c' THEN 'check' ELSE contype::text END,
           conrelid::regclass, conname,
           (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
              JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
           CASE contype
             WHEN 'f' THEN 'references=' || confrelid::regclass || '(' ||
                           (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
                              JOIN pg_attribute ON attrelid = confrelid AND attnum = number) || ')' ||
                           '; on_delete=' || (ARRAY['no action', 'cascade', 'set null', 'restrict', 'set default'])[position(confdeltype IN 'acnrd')] ||
                           '; on_update=' || (ARRAY['no action', 'cascade', 'set null', 'restrict', 'set default'])[position(confupdtype IN 'acnrd')] ||
                           CASE WHEN condeferrable THEN '; deferrable' ELSE '' END || CASE WHEN convalidated THEN '' ELSE '; not valid' END
             WHEN 'c' THEN 'expr=' || pg_get_expr(conbin, conrelid)
             ELSE '' END
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conname NOT LIKE 'latchkey\_%')sql";

constexpr char kIndexes[] = R"sql(
    SELECT CASE WHEN index.indisunique THEN 'unique_index' ELSE 'index' END, index.indrelid::regclass, named.relname,
           (SELECT string_agg(pg_get_indexdef(index.indexrelid, place, true), ',' ORDER BY place) FROM generate_series(1, index.indnkeyatts) AS place),
           'method=' || method.amname ||
           coalesce('; opclass=' || (SELECT string_agg(opcname, ',') FROM unnest(index.indclass) AS used JOIN pg_opclass ON pg_opclass.oid = used WHERE NOT opcdefault), '') ||
           coalesce('; include=' || (SELECT string_agg(pg_get_indexdef(index.indexrelid, place, true), ',' ORDER BY place)
                                       FROM generate_series(index.indnkeyatts + 1, index.indnatts) AS place), '') ||
           coalesce('; where=' || pg_get_expr(index.indpred, index.indrelid), '') || CASE WHEN index.indisvalid THEN '' ELSE '; invalid' END
      FROM pg_index AS index JOIN pg_class AS named ON named.oid = index.indexrelid JOIN pg_am AS method ON method.oid = named.relam
     WHERE named.relnamespace = 'public'::regnamespace AND named.relname NOT LIKE 'latchkey\_%' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.indexrelid AND contype IN ('p', 'u', 'x')))sql";

constexpr char kTriggers[] = R"sql(
    SELECT 'trigger', tgrelid::regclass, tgname, '',
           CASE WHEN tgtype & 2 <> 0 THEN 'before' ELSE 'after' END || ' ' ||
           concat_ws(' or ', CASE WHEN tgtype & 4 <> 0 THEN 'insert' END, CASE WHEN tgtype & 8 <> 0 THEN 'delete' END,
                     CASE WHEN tgtype & 16 <> 0 THEN 'update' || coalesce(' of ' || (SELECT string_agg(attname, ', ') FROM unnest(tgattr) AS number
                                                                                        JOIN pg_attribute ON attrelid = tgrelid AND attnum = number), '') END) ||
           '; for each ' || CASE WHEN tgtype & 1 <> 0 THEN 'row' ELSE 'statement' END || '; function=' || (SELECT proname FROM pg_proc WHERE pg_proc.oid = tgfoid)
      FROM pg_trigger WHERE NOT tgisinternal)sql";

constexpr char kRest[] = R"sql(
    SELECT 'function', '', proname, '', 'language=' || lanname || '; returns=' || format_type(prorettype, NULL) || '; args=' || pronargs
      FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
     WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT 'enum', '', typname, '', 'values=' || (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid)
      FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
    UNION ALL
    SELECT 'extension', '', extname, '', 'schema=' || extnamespace::regnamespace FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT 'unlogged_table', relname, '', '', '' FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'u'
       AND relname NOT LIKE 'latchkey\_%'
    UNION ALL
    SELECT 'other', '', relname, '', relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i'))sql";

// pg_get_expr writes what was written, which may spell the same in two ways.
std::string normalised(std::string line) {
    for (auto at = line.find("ARRAY[]::text[]"); at != std::string::npos; at = line.find("ARRAY[]::text[]")) line.replace(at, 15, "'{}'::text[]");
    while (!line.empty() && line.back() == '\t') line.pop_back();
    return line;
}

}  // namespace

std::vector<std::string> catalogOf(const test::Postgres& server, const std::string& database) {
    std::vector<std::string> lines;
    for (const char* query : {kColumns, kConstraints, kIndexes, kTriggers, kRest}) {
        std::vector<std::string> rows = server.rows(query, database);
        if (query != kColumns) std::sort(rows.begin(), rows.end());
        for (std::string& row : rows) lines.push_back(normalised(std::move(row)));
    }
    return lines;
}

std::vector<std::string> expectedCatalog() {
    std::ifstream file(expected("schema.tsv"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with("#") || line.starts_with("table\tcolumn") || line.starts_with("kind\ttable")) continue;
        lines.push_back(normalised(std::move(line)));
    }
    return lines;
}

std::string difference(const std::vector<std::string>& wanted, const std::vector<std::string>& found) {
    std::string text;
    const std::multiset<std::string> have(found.begin(), found.end());
    const std::multiset<std::string> want(wanted.begin(), wanted.end());
    for (const std::string& each : want) {
        if (!have.contains(each)) text += "\n- " + each;
    }
    for (const std::string& each : have) {
        if (!want.contains(each)) text += "\n+ " + each;
    }
    if (text.empty() && have.size() != want.size()) text = "\nsome lines are there twice";
    return text;
}

}  // namespace latchkey::migrations
