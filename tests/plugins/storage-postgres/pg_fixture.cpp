// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/storage-postgres/pg_fixture.h"

#include "domain/store.h"

#include <typeinfo>

namespace latchkey::pg {

void PgFixture::setUp() {
    test::postgresAvailable();
    database_ = server().createDatabase();
}

ConnectOptions PgFixture::options(const std::string& user) const { return ConnectOptions::parse(server().conninfo(database_, user)); }

void PgFixture::terminate(int backend) const {
    const std::string pid = std::to_string(backend);
    admin("SELECT pg_terminate_backend(" + pid + ")");
    const bool gone = test::eventually([&] { return admin("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) == "0"; }, kLong);
    CPPUNIT_ASSERT_MESSAGE("the session does not end", gone);
}

void PgFixture::awaitBlocked(int backend) const {
    const std::string question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = " + std::to_string(backend);
    CPPUNIT_ASSERT_MESSAGE("the session does not wait", test::eventually([&] { return admin(question) == "1"; }, kLong));
}

std::string typeAndMessage(const std::exception& error) {
    const std::type_info& type = typeid(error);
    const std::string name = type == typeid(Conflict)              ? "Conflict"
                             : type == typeid(BrokenReference)     ? "BrokenReference"
                             : type == typeid(StorageBusy)         ? "StorageBusy"
                             : type == typeid(StorageDown)         ? "StorageDown"
                             : type == typeid(StorageInconsistent) ? "StorageInconsistent"
                             : type == typeid(StorageError)        ? "StorageError"
                                                                   : type.name();
    return name + ": " + error.what();
}

void requireStart(const std::string& start, const std::string& text) {
    CPPUNIT_ASSERT_MESSAGE("expected \"" + start + "\" at the start of: " + text, text.starts_with(start));
}

void requireHolds(const std::string& part, const std::string& text) {
    CPPUNIT_ASSERT_MESSAGE("expected \"" + part + "\" in: " + text, text.find(part) != std::string::npos);
}

std::int64_t number(Connection& connection, const Query& query, Params params) {
    return connection.one(query, params, [](const Row& row) { return row.int64(0); }).value();
}

std::string word(Connection& connection, const Query& query, Params params) {
    return connection.one(query, params, [](const Row& row) { return row.text(0); }).value();
}

}  // namespace latchkey::pg
