// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/circuit.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::homeserver {

class CircuitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CircuitTest);
    CPPUNIT_TEST(opensAfterFailuresInARow);
    CPPUNIT_TEST(letsOneThroughToSee);
    CPPUNIT_TEST(staysOpenIfTheProbeFails);
    CPPUNIT_TEST(letsAnotherThroughIfTheProbeSaidNothing);
    CPPUNIT_TEST_SUITE_END();

    std::int64_t now_ = 0;
    Circuit circuit_{{.failures = 3, .openMs = 100, .now = [this] { return now_; }}};

    void open() {
        for (int i = 0; i < 3; ++i) circuit_.failed();
        CPPUNIT_ASSERT(circuit_.open());
    }

public:
    void opensAfterFailuresInARow() {
        circuit_.failed();
        circuit_.failed();
        circuit_.succeeded();
        circuit_.failed();
        CPPUNIT_ASSERT(circuit_.failed() == Circuit::Change::none && circuit_.admit());
        CPPUNIT_ASSERT(circuit_.failed() == Circuit::Change::opened && !circuit_.admit());
    }

    void letsOneThroughToSee() {
        open();
        now_ = 100;
        CPPUNIT_ASSERT(circuit_.admit() && !circuit_.admit());
        CPPUNIT_ASSERT(circuit_.succeeded() == Circuit::Change::closed && circuit_.admit() && circuit_.admit());
    }

    void staysOpenIfTheProbeFails() {
        open();
        now_ = 100;
        CPPUNIT_ASSERT(circuit_.admit() && circuit_.failed() == Circuit::Change::none && !circuit_.admit());
        now_ = 199;
        CPPUNIT_ASSERT(!circuit_.admit());
        now_ = 200;
        CPPUNIT_ASSERT(circuit_.admit());
    }

    void letsAnotherThroughIfTheProbeSaidNothing() {
        open();
        now_ = 100;
        CPPUNIT_ASSERT(circuit_.admit());
        circuit_.abandoned();
        CPPUNIT_ASSERT(circuit_.open() && circuit_.admit());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CircuitTest);

}  // namespace latchkey::homeserver
