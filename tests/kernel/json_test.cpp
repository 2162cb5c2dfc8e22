// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/json.h"

#include "kernel/config/yaml.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::config {

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(writesEveryKindOfValue);
    CPPUNIT_TEST_SUITE_END();

    void writesEveryKindOfValue() {
        const std::pair<const char*, const char*> rows[] = {
            {"a: 0x1F", "31"},        {"a: +5", "5"},      {"a: -7", "-7"},     {"a: 1.5", "1.5"},          {"a: .5", "0.5"},
            {"a: 1.", "1"},           {"a: .inf", "\".inf\""}, {"a: .nan", "\".nan\""}, {"a: '1'", "\"1\""}, {"a: ~", "null"},
            {"a: false", "false"},    {"a: []", "[]"},     {"a: {}", "{}"},     {"a: [x, {b: [1, 2]}]", R"(["x",{"b":[1,2]}])"},
            {"a: \"q\\\"\\n\\\\ü\"", "\"q\\\"\\n\\\\ü\""}, {"a: 99999999999999999999", "\"99999999999999999999\""},
        };
        for (const auto& [yaml, json] : rows) {
            Problems problems;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(yaml, "{\"a\":" + std::string(json) + "}", toJson(parseYaml(yaml, "config.yaml", problems)));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);

}  // namespace latchkey::config
