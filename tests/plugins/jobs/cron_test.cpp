// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/jobs/cron.h"
#include "plugins/jobs/leader.h"
#include "plugins/jobs/payload.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::jobs {

class CronTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CronTest);
    CPPUNIT_TEST(findsTheNextMoment);
    CPPUNIT_TEST(refusesWhatIsNoCron);
    CPPUNIT_TEST(delaysDouble);
    CPPUNIT_TEST_SUITE_END();

    static std::string next(const char* cron, const char* after) {
        const Instant from = moment(std::string(R"({"at":")") + after + "\"}", "at");
        return rfc3339(Cron(cron).next(from)).substr(0, 19);
    }

    void findsTheNextMoment() {
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-31T10:00:00"), next("0 0 * * * *", "2026-01-31T09:30:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-31T10:00:00"), next("0 0 * * * *", "2026-01-31T09:00:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-31T09:45:30"), next("30 */15 * * * *", "2026-01-31T09:30:30Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-02-01T00:05:00"), next("0 5 */4 * * *", "2026-01-31T20:05:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2028-02-29T02:00:00"), next("0 0 2 29 2 *", "2026-03-01T00:00:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-02-02T00:00:00"), next("0 0 0 * * 1-5", "2026-01-31T09:30:00Z"));
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-31T09:30:09"), next("7,9 * * * * *", "2026-01-31T09:30:07.5Z"));
    }

    void refusesWhatIsNoCron() {
        for (const char* each : {"", "* * * * *", "60 * * * * *", "* * * 0 * *", "* * * * 13 *", "*/0 * * * * *", "x * * * * *", "5-1 * * * * *", "* * * * * * *"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(each, Cron{std::string_view(each)}, Error);
        }
        CPPUNIT_ASSERT_THROW(Cron("0 0 0 30 2 *").next({}), Error);
    }

    void delaysDouble() {
        CPPUNIT_ASSERT(retryDelay(0) == Duration::seconds(5) && retryDelay(1) == Duration::seconds(10) && retryDelay(9) == Duration::seconds(2560));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CronTest);

}  // namespace latchkey::jobs
