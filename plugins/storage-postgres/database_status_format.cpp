// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/database_status.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace latchkey::pg {

namespace {

using Object = Poco::JSON::Object;

std::string line(const std::string& title, const std::string& value) { return title + std::string(18 - std::min<std::size_t>(17, title.size()), ' ') + value + "\n"; }

std::string size(std::int64_t bytes) {
    const char* units[] = {"bytes", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 10'000 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
    return std::to_string(bytes) + " " + units[unit];
}

std::string pendingText(const MigrationState& state) {
    if (!state.pending()) return "none";
    std::string text = state.state == SchemaState::empty ? "the whole schema" : "";
    for (const std::int64_t each : state.pendingOwn) text += (text.empty() ? "" : ", ") + std::to_string(each);
    return text + " (run `mas-cli database migrate`)";
}

std::string trigramText(const TrigramState& state) {
    if (!state.schema.empty()) return state.version + ", in schema " + state.schema + (state.reachable ? "" : ", where search_path does not look");
    return state.available ? "available, not created" : "not on the server: install PostgreSQL's contrib modules there";
}

std::string useText(const ServerFacts& server, std::int64_t perProcess) {
    std::string text = std::to_string(server.usedConnections) + " of " + std::to_string(server.maxConnections) + " in use, " + std::to_string(server.reservedConnections) + " reserved for superusers; each process of this service takes up to " + std::to_string(perProcess);
    if (server.roleLimit >= 0) text += "; the role may have " + std::to_string(server.roleLimit);
    if (server.databaseLimit >= 0) text += "; the database may have " + std::to_string(server.databaseLimit);
    return text;
}

std::string tokensText(const TokenStorage& tokens) {
    const std::string left = std::to_string(tokens.plainTexts) + " tokens and codes in the clear";
    if (!tokens.digests) return "in the clear, " + left + " (`mas-cli database harden` makes them digests)";
    return tokens.plainTexts == 0 ? "digests" : "digests, but " + left + " are left (run `mas-cli database harden`)";
}

std::string ownText(const DatabaseFacts& facts) {
    if (facts.ownLedger.empty()) return "none applied";
    return std::to_string(facts.ownLedger.size()) + " applied, the last " + std::to_string(facts.ownLedger.back().version) + " " + facts.ownLedger.back().description;
}

template <typename T>
Poco::JSON::Array::Ptr array(const std::vector<T>& values) {
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (const T& each : values) list->add(each);
    return list;
}

Object::Ptr object() { return new Object(Poco::JSON_PRESERVE_KEY_ORDER); }

Object::Ptr jsonOf(const MigrationState& state) {
    Object::Ptr json = object();
    json->set("state", std::string(stateName(state.state)));
    json->set("usable", state.usable());
    json->set("pending", state.pending());
    json->set("pending_changes", array(state.pending() ? state.pendingOwn : std::vector<std::int64_t>{}));
    json->set("missing_reference_migrations", array(state.missing));
    json->set("unknown_migrations", array(state.newer));
    json->set("problem", state.usable() ? Poco::Dynamic::Var() : Poco::Dynamic::Var(state.problem));
    json->set("warnings", array(state.warnings));
    return json;
}

Object::Ptr jsonOf(const TrigramState& state) {
    Object::Ptr json = object();
    json->set("installed", !state.schema.empty());
    json->set("available", state.available);
    json->set("version", state.version);
    json->set("schema", state.schema);
    json->set("reachable", state.reachable);
    return json;
}

Object::Ptr jsonOf(const TokenStorage& tokens) {
    Object::Ptr json = object();
    json->set("storage", std::string(tokens.digests ? "digest" : "plain"));
    json->set("plain_texts", tokens.plainTexts);
    return json;
}

Object::Ptr jsonOf(const LockHolder& holder) {
    Object::Ptr json = object();
    json->set("pid", holder.pid);
    json->set("application_name", holder.applicationName);
    json->set("user", holder.user);
    json->set("address", holder.address);
    json->set("connected_since", holder.since);
    return json;
}

Object::Ptr jsonOf(const ServerFacts& server, std::int64_t perProcess) {
    Object::Ptr json = object();
    json->set("used", server.usedConnections);
    json->set("limit", server.maxConnections);
    json->set("reserved", server.reservedConnections);
    json->set("per_process", perProcess);
    json->set("role_limit", server.roleLimit < 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(server.roleLimit));
    json->set("database_limit", server.databaseLimit < 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(server.databaseLimit));
    return json;
}

Object::Ptr jsonOf(const PoolerVerdict& verdict) {
    Object::Ptr json = object();
    json->set("kind", std::string(poolerName(verdict.kind)));
    json->set("usable", !verdict.breaksSessions());
    json->set("evidence", verdict.evidence);
    return json;
}

}  // namespace

std::string DatabaseStatus::text() const {
    std::string text = line("Server", "PostgreSQL " + server.version + (facts.readOnly ? ", read-only" : ""));
    text += line("Database", facts.database + ", " + size(bytes) + ", encoding " + facts.encoding);
    text += line("Role", facts.role);
    text += line("Schema", facts.schema + ": " + stateName(migrations.state));
    text += line("Pending", pendingText(migrations));
    text += line("Own changes", ownText(facts));
    if (tokens) text += line("Tokens", tokensText(*tokens));
    text += line("pg_trgm", trigramText(trigram));
    text += line("Migration lock", migrationLock ? "held by " + migrationLock->describe() : "free");
    text += line("Pooler", std::string(poolerName(pooler.kind)) + (pooler.evidence.empty() ? "" : " (" + pooler.evidence + ")"));
    text += line("Connections", useText(server, perProcess));
    for (const std::string& each : migrations.warnings) text += line("Warning", each);
    if (!migrations.usable()) text += line("Problem", migrations.problem);
    if (pooler.breaksSessions()) text += line("Problem", poolerAdvice(pooler));
    return text;
}

std::string DatabaseStatus::json() const {
    Object::Ptr database = object();
    database->set("name", facts.database);
    database->set("role", facts.role);
    database->set("schema", facts.schema);
    database->set("encoding", facts.encoding);
    database->set("read_only", facts.readOnly);
    database->set("bytes", bytes);
    Object::Ptr json = object();
    json->set("healthy", healthy());
    json->set("server_version", server.version);
    json->set("server_version_number", server.versionNumber);
    json->set("database", database);
    json->set("migrations", jsonOf(migrations));
    json->set("own_changes", static_cast<std::int64_t>(facts.ownLedger.size()));
    json->set("tokens", tokens ? Poco::Dynamic::Var(jsonOf(*tokens)) : Poco::Dynamic::Var());
    json->set("pg_trgm", jsonOf(trigram));
    json->set("migration_lock", migrationLock ? Poco::Dynamic::Var(jsonOf(*migrationLock)) : Poco::Dynamic::Var());
    json->set("pooler", jsonOf(pooler));
    json->set("connections", jsonOf(server, perProcess));
    std::ostringstream out;
    json->stringify(out, 2);
    return out.str() + "\n";
}

}  // namespace latchkey::pg
