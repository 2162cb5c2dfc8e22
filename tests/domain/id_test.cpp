// SPDX-License-Identifier: Apache-2.0
#include "domain/id.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

namespace latchkey {

class UlidTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UlidTest);
    CPPUNIT_TEST(writesTheKnownForms);
    CPPUNIT_TEST(readsWhatItWrites);
    CPPUNIT_TEST(readsEitherCase);
    CPPUNIT_TEST(refusesWhatIsNoUlid);
    CPPUNIT_TEST(refusesWhatIsNoUuid);
    CPPUNIT_TEST(keepsMilliseconds);
    CPPUNIT_TEST(sortsByTime);
    CPPUNIT_TEST(givesTheLowHalfAsBigint);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesTheKnownForms() {
        const Ulid id = Ulid::parseUuid("01890a5d-ac96-774b-bcce-b302099a8057").value();
        CPPUNIT_ASSERT_EQUAL(std::string("01H455VB4PEX5VSKNK084SN02Q"), id.text());
        CPPUNIT_ASSERT_EQUAL(std::string("01890a5d-ac96-774b-bcce-b302099a8057"), id.uuid());
        CPPUNIT_ASSERT_EQUAL(std::string(26, '0'), Ulid{}.text());
        Ulid greatest;
        greatest.bytes.fill(0xFF);
        CPPUNIT_ASSERT_EQUAL(std::string("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), greatest.text());
    }

    void readsWhatItWrites() {
        Ulid id;
        for (unsigned round = 0; round < 500; ++round) {
            for (unsigned i = 0; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(round * 31 + i * 97 + (round >> 3) * i);
            CPPUNIT_ASSERT(Ulid::parse(id.text()) == id);
            CPPUNIT_ASSERT(Ulid::parseUuid(id.uuid()) == id);
        }
    }

    void readsEitherCase() {
        CPPUNIT_ASSERT(Ulid::parse("01h455vb4pex5vsknk084sn02q") == Ulid::parse("01H455VB4PEX5VSKNK084SN02Q"));
        CPPUNIT_ASSERT(Ulid::parseUuid("01890A5D-AC96-774B-BCCE-B302099A8057") == Ulid::parse("01H455VB4PEX5VSKNK084SN02Q"));
    }

    void refusesWhatIsNoUlid() {
        for (const char* text : {"", "01H455VB4PEX5VSKNK084SN02", "01H455VB4PEX5VSKNK084SN02QQ", "81H455VB4PEX5VSKNK084SN02Q",
                                 "01H455VB4PEX5VSKNK084SN02I", "01H455VB4PEX5VSKNK084SN02L", "01H455VB4PEX5VSKNK084SN02O",
                                 "01H455VB4PEX5VSKNK084SN02U", "01H455VB4PEX5VSKNK084SN0-Q"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Ulid::parse(text));
        }
    }

    void refusesWhatIsNoUuid() {
        for (const char* text : {"", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805g",
                                 "01890a5d-ac96-774bb-cce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a80571"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Ulid::parseUuid(text));
        }
    }

    void keepsMilliseconds() {
        const Instant now{1'700'000'000'123'456};
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1'700'000'000'123'000), Ulid::make(now, {}).time().us);
    }

    void sortsByTime() {
        std::array<std::uint8_t, 10> high;
        high.fill(0xFF);
        const Ulid earlier = Ulid::make({1'000'000}, high);
        const Ulid later = Ulid::make({1'001'000}, {});
        CPPUNIT_ASSERT(earlier < later);
        CPPUNIT_ASSERT(earlier.text() < later.text());
    }

    void givesTheLowHalfAsBigint() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), Ulid::parseUuid("ffffffff-ffff-ffff-0000-000000000001")->low64());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-2), Ulid::parseUuid("00000000-0000-0000-ffff-fffffffffffe")->low64());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(UlidTest);

}  // namespace latchkey
