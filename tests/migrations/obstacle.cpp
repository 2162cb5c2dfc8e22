// SPDX-License-Identifier: Apache-2.0
#include "tests/migrations/obstacle.h"

#include <cppunit/extensions/HelperMacros.h>
#include <utility>

namespace latchkey::migrations {

namespace {

constexpr int kLong = 60'000;

// The counter is a sequence, so that it survives what is rolled back.
std::string trap(int statement) {
    return R"sql(
        CREATE SCHEMA obstacle;
        CREATE SEQUENCE obstacle.statements;
        CREATE FUNCTION obstacle.stop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF nextval('obstacle.statements') = )sql" + std::to_string(statement) + R"sql( THEN PERFORM pg_advisory_lock_shared(4711, 1); PERFORM pg_advisory_unlock_shared(4711, 1); END IF;
        END $$;
        GRANT USAGE ON SCHEMA obstacle TO PUBLIC;
        CREATE EVENT TRIGGER obstacle ON ddl_command_start EXECUTE FUNCTION obstacle.stop();)sql";
}

}  // namespace

Obstacle::Obstacle(const test::Postgres& server, const std::string& database, int statement)
    : server_(server), database_(database), session_(PQconnectdb(server.conninfo(database).c_str())) {
    PQclear(PQexec(session_, "SELECT pg_advisory_lock(4711, 1)"));
    server.sql(trap(statement), database);
}

Obstacle::~Obstacle() { PQfinish(session_); }

int Obstacle::awaitVictim() const {
    std::string pid;
    const std::string look = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 4711 AND objsubid = 2 AND NOT granted"
                             " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    const bool came = test::eventually([&] { return !(pid = server_.sql(look, database_)).empty(); }, kLong);
    CPPUNIT_ASSERT_MESSAGE("nobody came to the obstacle", came);
    return std::stoi(pid);
}

void Obstacle::release() {
    PQfinish(std::exchange(session_, nullptr));
}

// As soon as those who are at work have seen that nobody waits for them any more.
void Obstacle::remove() {
    release();
    server_.sql("SET client_min_messages = warning; DROP EVENT TRIGGER obstacle; DROP SCHEMA obstacle CASCADE", database_);
}

}  // namespace latchkey::migrations
