// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/policy/policy_data_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connect_options.h"
#include "plugins/storage-postgres/connection.h"
#include "tests/support/postgres.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <sstream>

namespace latchkey::pg {

class PolicyDataRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyDataRepositoryTest);
    CPPUNIT_TEST(hasNothingAtFirst);
    CPPUNIT_TEST(theGreatestIdIsTheNewest);
    CPPUNIT_TEST(keepsTheDataAndTheTime);
    CPPUNIT_TEST(refusesAnIdTwice);
    CPPUNIT_TEST(refusesWhatIsNotJson);
    CPPUNIT_TEST_SUITE_END();

    std::optional<Connection> connection_;
    std::optional<PgPolicyDataRepository> data_;

    static PolicyData version(std::int64_t ms, const std::string& data) {
        return {.id = Ulid::make(Instant{ms * 1000}, {}), .createdAt = Instant{1'700'000'000'123'456 - ms}, .data = data};
    }

public:
    void setUp() override {
        if (!test::postgresAvailable()) return;
        test::Postgres& server = test::Postgres::shared();
        const std::string database = server.createDatabase();
        std::ostringstream baseline;
        baseline << std::ifstream(BASELINE).rdbuf();
        connection_.emplace(ConnectOptions::parse(server.conninfo(database)));
        connection_->script("baseline", baseline.str());
        data_.emplace(*connection_);
    }
    void tearDown() override { connection_.reset(); }

    void hasNothingAtFirst() {
        if (data_) CPPUNIT_ASSERT(!data_->newest());
    }

    void theGreatestIdIsTheNewest() {
        if (!data_) return;
        for (const std::int64_t ms : {1000, 3000, 2000}) data_->add(version(ms, "{}"));
        CPPUNIT_ASSERT_EQUAL(version(3000, "").id.text(), data_->newest().value().id.text());
    }

    void keepsTheDataAndTheTime() {
        if (!data_) return;
        const PolicyData added = version(5000, R"({"admin_users": ["jürgen"]})");
        data_->add(added);
        CPPUNIT_ASSERT_EQUAL(added.data, data_->newest().value().data);
        CPPUNIT_ASSERT_EQUAL(added.createdAt.us, data_->newest().value().createdAt.us);
    }

    void refusesAnIdTwice() {
        if (!data_) return;
        data_->add(version(1000, "{}"));
        CPPUNIT_ASSERT_THROW(data_->add(version(1000, "{}")), Conflict);
    }

    void refusesWhatIsNotJson() {
        if (data_) CPPUNIT_ASSERT_THROW(data_->add(version(1000, "{")), StorageError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyDataRepositoryTest);

}  // namespace latchkey::pg
