// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "tests/plugins/compat/compat_world.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::compat {

class CompatSurfaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CompatSurfaceTest);
    CPPUNIT_TEST(letsWebClientsCallAllButTheRedirects);
    CPPUNIT_TEST(turnsAwayWhoWouldWaitForAHomeserverThatHangs);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_COMPAT_WORLD

    void letsWebClientsCallAllButTheRedirects() {
        if (!world_) return;
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, world_->routes.list().size());
        for (const http::Route& each : world_->routes.list()) {
            const bool redirect = each.pattern.find("/sso/redirect") != std::string::npos;
            CPPUNIT_ASSERT_MESSAGE(each.pattern, redirect != (each.options.cors != nullptr));
        }
    }

    void turnsAwayWhoWouldWaitForAHomeserverThatHangs() {
        if (!world_) return;
        world_->person();
        std::vector<WaitingRoom::Seat> waiting;
        while (auto seat = world_->room.tryEnter()) waiting.push_back(std::move(*seat));
        CPPUNIT_ASSERT_THROW(world_->logIn(), Unavailable);
        CPPUNIT_ASSERT_EQUAL(std::string("0"), world_->sql("SELECT count(*) FROM compat_sessions"));
        const http::Response answer = world_->surface->renderProblem({503, "Service Unavailable", "r", 5, nullptr});
        CPPUNIT_ASSERT_EQUAL(std::string("503 M_UNKNOWN 5000"), outcome(answer) + " " + member(answer, "retry_after_ms"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CompatSurfaceTest);

}  // namespace latchkey::compat
