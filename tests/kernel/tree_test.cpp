// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/generate.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::config {

class TreeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TreeTest);
    CPPUNIT_TEST(mergesMappingsAndConcatenatesLists);
    CPPUNIT_TEST(replacesEverythingElse);
    CPPUNIT_TEST(putsByPath);
    CPPUNIT_TEST(dumpsDefaultsOfWrittenSections);
    CPPUNIT_TEST(redactsSecretsAndPasswordsInUris);
    CPPUNIT_TEST_SUITE_END();

    Problems problems_;
    Node parse(const std::string& text) { return parseYaml(text, "config.yaml", problems_); }
    std::string merged(const std::string& below, const std::string& above) {
        Tree tree;
        tree.merge(parse(below));
        tree.merge(parse(above));
        return writeYaml(tree.root);
    }
    std::string redactedUri(const std::string& uri) {
        Node node = Node::string(uri);
        node.redaction = Node::Redaction::uriPassword;
        return effective(node).scalar;
    }

public:
    void mergesMappingsAndConcatenatesLists() {
        CPPUNIT_ASSERT_EQUAL(writeYaml(parse("a: {b: 1, c: [1, 2, 3], d: 4}")), merged("a: {b: 0, c: [1, 2]}", "a: {b: 1, c: [3], d: 4}"));
    }
    void replacesEverythingElse() {
        CPPUNIT_ASSERT_EQUAL(writeYaml(parse("a: null\nb: [1]\nc: 2")), merged("a: {b: 1}\nb: 1\nc: [1]", "a: null\nb: [1]\nc: 2"));
    }
    void putsByPath() {
        Tree tree;
        tree.put({"database", "host"}, Node::string("/run"), "here");
        CPPUNIT_ASSERT_EQUAL(std::string("here"), tree.root.find("database")->find("host")->mark.text());
    }
    void dumpsDefaultsOfWrittenSections() {
        Tree tree;
        tree.merge(parse("a: {b: 1}"));
        const Section root(tree, problems_);
        root.section("a").integer("c", 7, 0, 9);
        root.section("absent").integer("d", 7, 0, 9);
        CPPUNIT_ASSERT_EQUAL(writeYaml(parse("a: {b: 1, c: 7}")), writeYaml(effective(tree.root)));
    }
    void redactsSecretsAndPasswordsInUris() {
        Tree tree;
        tree.merge(parse("a: {secret: hunter2, other: x}"));
        Section(tree, problems_).section("a").optionalSecret("secret");
        CPPUNIT_ASSERT_EQUAL(writeYaml(parse("a: {secret: <redacted>, other: x}")), writeYaml(effective(tree.root)));
        CPPUNIT_ASSERT_EQUAL(std::string("postgres://u:<redacted>@h/d?x=y"), redactedUri("postgres://u:p%40w@h/d?x=y"));
        CPPUNIT_ASSERT_EQUAL(std::string("postgres://u:<redacted>@h/d"), redactedUri("postgres://u:p@w@h/d"));
        CPPUNIT_ASSERT_EQUAL(std::string("postgres://h/d?password=<redacted>&x=y"), redactedUri("postgres://h/d?password=abc&x=y"));
        CPPUNIT_ASSERT_EQUAL(std::string("host=h password=<redacted> user=u"), redactedUri("host=h password='a b' user=u"));
        CPPUNIT_ASSERT_EQUAL(std::string("postgres://u@h:5432/d"), redactedUri("postgres://u@h:5432/d"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TreeTest);

}  // namespace latchkey::config
