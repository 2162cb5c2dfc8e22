// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/choice.h"
#include "tests/plugins/homeserver/recording_homeserver.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::homeserver {

class ChoiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChoiceTest);
    CPPUNIT_TEST(opensTheKindThatIsNamed);
    CPPUNIT_TEST(namesTheKindsThatThereAre);
    CPPUNIT_TEST(refusesTwoOfOneName);
    CPPUNIT_TEST_SUITE_END();

    struct Kind final : HomeserverKind {
        explicit Kind(std::vector<std::string> kinds) : names(std::move(kinds)) {}
        std::vector<std::string> kinds() const override { return names; }
        Homeserver& open(std::string_view kind) override {
            opened = kind;
            return fake;
        }
        std::vector<std::string> names;
        std::string opened;
        RecordingHomeserver fake;
    };
    static std::string refusal(const std::vector<HomeserverKind*>& offered, const std::string& kind) {
        try {
            openKind(offered, kind);
        } catch (const Error& error) {
            return error.what();
        }
        return "it was opened";
    }

public:
    void opensTheKindThatIsNamed() {
        Kind one({"a"}), two({"b", "c"});
        CPPUNIT_ASSERT(&openKind({&one, &two}, "c") == &two.fake);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), two.opened);
    }

    void namesTheKindsThatThereAre() {
        Kind one({"a"}), two({"b", "c"});
        CPPUNIT_ASSERT_EQUAL(std::string("matrix.kind: there is no `x`; the plugins that are loaded offer: a, b, c"), refusal({&one, &two}, "x"));
        CPPUNIT_ASSERT(refusal({}, "x").find("no plugin that is loaded offers any kind") != std::string::npos);
    }

    void refusesTwoOfOneName() {
        Kind one({"a"}), two({"a"});
        CPPUNIT_ASSERT_EQUAL(std::string("matrix.kind: two plugins offer `a`, and only one may: leave one out"), refusal({&one, &two}, "a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChoiceTest);

}  // namespace latchkey::homeserver
