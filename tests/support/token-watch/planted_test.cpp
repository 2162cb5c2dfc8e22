// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_format.h"
#include "kernel/log.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class PlantedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlantedTest);
    CPPUNIT_TEST(logsAToken);
    CPPUNIT_TEST_SUITE_END();

    void logsAToken() { log::Logger("test").trace("planted.token", "this must be noticed", {{"value", "x" + newToken(TokenKind::compatRefresh)}}); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PlantedTest);

}  // namespace latchkey
