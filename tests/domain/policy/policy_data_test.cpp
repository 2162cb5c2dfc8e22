// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy_data.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

class PolicyDataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PolicyDataTest);
    CPPUNIT_TEST(mergesByTheReferencesRules);
    CPPUNIT_TEST(refusesDifferentKindsWithTheirPath);
    CPPUNIT_TEST(refusesWhatIsNotJson);
    CPPUNIT_TEST(attack30_boundsTheDepth);
    CPPUNIT_TEST_SUITE_END();

    static std::string refusal(const std::string& below, const std::string& above) {
        try {
            return "merged into " + mergePolicyData(below, above);
        } catch (const PolicyDataError& error) {
            return error.what();
        }
    }

    void mergesByTheReferencesRules() {
        const struct {
            const char* below;
            const char* above;
            const char* merged;
        } rows[] = {
            {R"({"a":1})", R"({"b":2})", R"({"a":1,"b":2})"},
            {R"({"a":{"b":{"c":1,"d":2}}})", R"({"a":{"b":{"d":3}}})", R"({"a":{"b":{"c":1,"d":3}}})"},
            {R"({"a":[1,2]})", R"({"a":[2,3]})", R"({"a":[1,2,2,3]})"},
            {R"({"a":[]})", R"({"a":[{"x":1}]})", R"({"a":[{"x":1}]})"},
            {R"({"a":1})", R"({"a":2.5})", R"({"a":2.5})"},
            {R"({"a":true})", R"({"a":false})", R"({"a":false})"},
            {R"({"a":"x"})", R"({"a":"y"})", R"({"a":"y"})"},
            {R"({"a":"x"})", R"({"a":""})", R"({"a":""})"},
            {R"({"a":null})", R"({"a":[1]})", R"({"a":[1]})"},
            {R"({"a":{"b":1}})", R"({"a":null})", R"({"a":null})"},
            {R"({"a":"\u00fc \"q\""})", "{}", "{\"a\":\"ü \\\"q\\\"\"}"},
            {R"({"a":1})", "null", "null"},
            {"null", R"({"a":1})", R"({"a":1})"},
            {"[1]", "[2]", "[1,2]"},
        };
        for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.above, std::string(row.merged), mergePolicyData(row.below, row.above));
    }

    void refusesDifferentKindsWithTheirPath() {
        CPPUNIT_ASSERT_EQUAL(std::string("a.b is an array in one layer and an object in the next"), refusal(R"({"a":{"b":[]}})", R"({"a":{"b":{}}})"));
        CPPUNIT_ASSERT_EQUAL(std::string("a is a number in one layer and a string in the next"), refusal(R"({"a":1})", R"({"a":"1"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("a is a boolean in one layer and a number in the next"), refusal(R"({"a":true})", R"({"a":1})"));
        CPPUNIT_ASSERT_EQUAL(std::string("the data is an object in one layer and an array in the next"), refusal("{}", "[]"));
    }

    void refusesWhatIsNotJson() {
        for (const char* text : {"", "{", "{}{}", "1,2", "],[", "{'a':1}"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("the data is not JSON"), refusal("{}", text));
    }

    void attack30_boundsTheDepth() {
        const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
        CPPUNIT_ASSERT_EQUAL(std::string("the data is not JSON"), refusal("{}", "{\"a\":" + deep + "}"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PolicyDataTest);

}  // namespace latchkey
