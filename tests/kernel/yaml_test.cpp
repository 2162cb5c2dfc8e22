// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/yaml.h"

#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::config {

class YamlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(YamlTest);
    CPPUNIT_TEST(typesScalarsAsTheCoreSchemaDoes);
    CPPUNIT_TEST(keepsQuotedScalarsStrings);
    CPPUNIT_TEST(knowsTheLineOfEveryValue);
    CPPUNIT_TEST(takesTheLastOfARepeatedKey);
    CPPUNIT_TEST(expandsAnchorsButNotMergeKeys);
    CPPUNIT_TEST(treatsAnEmptyFileAsAnEmptyMapping);
    CPPUNIT_TEST(refusesSeveralDocuments);
    CPPUNIT_TEST(refusesAFileThatIsNoMapping);
    CPPUNIT_TEST(saysWhereASyntaxErrorIs);
    CPPUNIT_TEST(refusesAnAliasBomb);
    CPPUNIT_TEST(writesWhatItReads);
    CPPUNIT_TEST_SUITE_END();

    Problems problems_;
    Node parse(const std::string& text) { return parseYaml(text, "config.yaml", problems_); }
    std::string failure(const std::string& text) {
        try {
            parse(text);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "did not fail";
    }

public:
    void typesScalarsAsTheCoreSchemaDoes() {
        using enum Node::Kind;
        const struct {
            const char* text;
            Node::Kind kind;
            const char* scalar;
        } table[] = {{"true", boolean, "true"}, {"False", boolean, "false"}, {"TRUE", boolean, "true"}, {"yes", string, "yes"},   {"on", string, "on"},
                     {"5", integer, "5"},       {"-5", integer, "-5"},       {"0x1F", integer, "31"},   {"0o17", integer, "15"},  {"0b101", integer, "5"},
                     {"007", string, "007"},    {"0", integer, "0"},         {"1.5", real, "1.5"},      {"1e3", real, "1e3"},     {".5", real, ".5"},
                     {"~", null, ""},           {"Null", null, ""},          {"nULL", string, "nULL"},  {"1_000", string, "1_000"}, {"5s", string, "5s"},
                     {"00.5", real, "00.5"},    {"-", string, "-"},          {"e5", string, "e5"},      {"0xZ", string, "0xZ"}};
        for (const auto& row : table) {
            const Node node = plainScalar(row.text);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(kindName(row.kind)), std::string(kindName(node.kind)));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.scalar), node.scalar);
        }
    }

    void keepsQuotedScalarsStrings() {
        const Node root = parse("a: '5'\nb: \"true\"\nc: !!str 7\nd: |\n  5\n");
        for (const char* key : {"a", "b", "c", "d"}) CPPUNIT_ASSERT_MESSAGE(key, root.find(key)->kind == Node::Kind::string);
    }

    void knowsTheLineOfEveryValue() {
        const Node root = parse("a: 1\nb:\n  c:\n    - x\n    - y\n");
        CPPUNIT_ASSERT_EQUAL(std::string("config.yaml:3"), root.find("b")->find("c")->mark.text());
        CPPUNIT_ASSERT_EQUAL(5, root.find("b")->find("c")->items.at(1).mark.line);
    }

    void takesTheLastOfARepeatedKey() {
        const Node root = parse("a:\n  b: 1\n  b: 2\n");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), root.find("a")->find("b")->scalar);
        CPPUNIT_ASSERT_EQUAL(std::string("config.yaml:3: a.b: is given twice; the last one counts"), problems_.warnings().at(0));
    }

    void expandsAnchorsButNotMergeKeys() {
        const Node root = parse("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), root.find("c")->find("b")->scalar);
        CPPUNIT_ASSERT(root.find("d")->find("b") == nullptr);
        CPPUNIT_ASSERT(root.find("d")->find("<<") != nullptr);
    }

    void treatsAnEmptyFileAsAnEmptyMapping() {
        CPPUNIT_ASSERT(parse("").kind == Node::Kind::mapping);
        CPPUNIT_ASSERT(parse("# nothing\n").kind == Node::Kind::mapping);
    }

    void refusesSeveralDocuments() { CPPUNIT_ASSERT_EQUAL(std::string("config.yaml: holds 2 YAML documents, and must hold one"), failure("a: 1\n---\nb: 2\n")); }
    void refusesAFileThatIsNoMapping() { CPPUNIT_ASSERT_EQUAL(std::string("config.yaml: must be a mapping of sections, is a list"), failure("- a\n")); }
    void saysWhereASyntaxErrorIs() {
        const std::string message = failure("a: 1\nb: ]\n");
        CPPUNIT_ASSERT_MESSAGE(message, message.starts_with("config.yaml:2:4: "));
    }

    void refusesAnAliasBomb() {
        std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 8; ++i) {
            const std::string before = "*a" + std::to_string(i - 1);
            text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
            for (int j = 0; j < 10; ++j) text += (j == 0 ? "" : ", ") + before;
            text += "]\n";
        }
        CPPUNIT_ASSERT_EQUAL(std::string("config.yaml: more than 200,000 values"), failure(text));
    }

    void writesWhatItReads() {
        const Node root = parse("a: '5'\nb: [1, x, null]\nc: {d: 'true', e: \"- no list\"}\nf: |\n  two\n  lines\ng: ''\n");
        const Node again = parse(writeYaml(root));
        CPPUNIT_ASSERT_EQUAL(writeYaml(root), writeYaml(again));
        CPPUNIT_ASSERT(again.find("a")->kind == Node::Kind::string);
        CPPUNIT_ASSERT_EQUAL(std::string("two\nlines\n"), again.find("f")->scalar);
        CPPUNIT_ASSERT(again.find("g")->kind == Node::Kind::string);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(YamlTest);

}  // namespace latchkey::config
