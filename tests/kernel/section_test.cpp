// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"

#include "kernel/config/nearest.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::config {

class SectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SectionTest);
    CPPUNIT_TEST(givesDefaultsForWhatIsAbsent);
    CPPUNIT_TEST(reportsEveryProblemWithFileLineAndPath);
    CPPUNIT_TEST(doesNotCoerceTypes);
    CPPUNIT_TEST(refusesNullWhereAValueIsNeeded);
    CPPUNIT_TEST(distinguishesNullFromAbsentSeconds);
    CPPUNIT_TEST(checksRanges);
    CPPUNIT_TEST(listsTheAcceptedWords);
    CPPUNIT_TEST(refusesInlineAndFileTogether);
    CPPUNIT_TEST(asksForOneOfInlineAndFile);
    CPPUNIT_TEST(refusesWhatADumpHasInsteadOfASecret);
    CPPUNIT_TEST(normalisesUrls);
    CPPUNIT_TEST(readsListsOfSectionsAndStrings);
    CPPUNIT_TEST(warnsOfUnknownKeysAndNamesTheNearest);
    CPPUNIT_TEST(letsTwoReadersShareASection);
    CPPUNIT_TEST(leavesFreeFormAlone);
    CPPUNIT_TEST(limitsFilesThatSettingsName);
    CPPUNIT_TEST(findsTheNearestWord);
    CPPUNIT_TEST_SUITE_END();

    Tree tree_;
    Problems problems_;
    Section read(const std::string& yaml) {
        tree_ = {};
        problems_ = {};
        tree_.merge(parseYaml(yaml, "config.yaml", problems_));
        return Section(tree_, problems_);
    }
    std::string onlyError() const {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, problems_.errors().size());
        return problems_.errors()[0];
    }
    static void equal(const char* expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(std::string(expected), actual); }

public:
    void givesDefaultsForWhatIsAbsent() {
        const Section s = read("").section("absent");
        CPPUNIT_ASSERT(!s.present());
        equal("d", s.string("a", "d"));
        CPPUNIT_ASSERT(s.boolean("b", true));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, s.integer("c", 7, 0, 9));
        CPPUNIT_ASSERT_EQUAL(0.5, s.real("d", 0.5));
        CPPUNIT_ASSERT(!s.optionalSecret("e"));
        CPPUNIT_ASSERT(s.strings("f").empty());
        CPPUNIT_ASSERT(!problems_.failed());
    }

    void reportsEveryProblemWithFileLineAndPath() {
        const Section root = read("http:\n  listeners:\n    - name: a\n    - name: 5\n      binds: x\n");
        for (const Section& listener : root.section("http").sections("listeners")) {
            listener.requiredString("name");
            listener.sections("binds");
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, problems_.errors().size());
        equal("config.yaml:4: http.listeners[1].name: expected a string (put it in quotes), found an integer", problems_.errors()[0]);
        equal("config.yaml:5: http.listeners[1].binds: expected a list, found a string", problems_.errors()[1]);
        try {
            problems_.throwIfFailed();
            CPPUNIT_FAIL("did not throw");
        } catch (const ConfigError& error) {
            CPPUNIT_ASSERT(std::string(error.what()).starts_with("the configuration has 2 problems:\n  config.yaml:4: "));
        }
    }

    void doesNotCoerceTypes() {
        const Section s = read("port: \"5432\"\nsecret: 123\nflag: yes\nfloat: \"1.5\"\n");
        s.integer("port", 1, 0, 65535);
        s.optionalSecret("secret");
        s.boolean("flag", false);
        s.optionalReal("float");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, problems_.errors().size());
    }

    void refusesNullWhereAValueIsNeeded() {
        const Section s = read("a:\nb:\nc:\nd:\ne:\n");
        s.string("a", "x");
        s.integer("b", 1, 0, 9);
        s.boolean("c", true);
        s.section("d");
        s.oneOf("e", "x", {"x"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, problems_.errors().size());
        equal("config.yaml:4: d: expected a mapping, found null", problems_.errors()[3]);
    }

    void distinguishesNullFromAbsentSeconds() {
        const Section s = read("off: null\non: 5\n");
        CPPUNIT_ASSERT(!s.secondsOrNull("off", 600));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, *s.secondsOrNull("on", 600));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{600}, *s.secondsOrNull("absent", 600));
        CPPUNIT_ASSERT(!problems_.failed());
    }

    void checksRanges() {
        const Section s = read("port: 70000\nbig: 99999999999999999999\nneg: -1\n");
        s.integer("port", 1, 0, 65535);
        s.integer("big", 1, 0, 65535);
        s.seconds("neg", 1);
        equal("config.yaml:1: port: 70000 is out of range: it must be between 0 and 65535", problems_.errors().at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, problems_.errors().size());
    }

    void listsTheAcceptedWords() {
        read("mode: tls1\n").oneOf("mode", "plain", {"plain", "starttls", "tls"});
        equal("config.yaml:1: mode: `tls1` is none of `plain`, `starttls` or `tls`", onlyError());
    }

    void refusesInlineAndFileTogether() {
        const auto both = read("m:\n  key: a\n  key_file: b\n").section("m").inlineOrFile("key");
        CPPUNIT_ASSERT(both.given());
        equal("config.yaml:1: m: `key` and `key_file` are exclusive: keep one", onlyError());
    }

    void asksForOneOfInlineAndFile() {
        read("m: {}\n").section("m").inlineOrFile("key", true);
        equal("config.yaml:1: m: one of `key` and `key_file` is required", onlyError());
    }

    void refusesWhatADumpHasInsteadOfASecret() {
        read("m: {key: <redacted>}\n").section("m").inlineOrFile("key");
        equal("config.yaml:1: m.key: holds `<redacted>`, which `config dump` prints instead of a secret: write the secret itself here", onlyError());
        read("m: {uri: 'postgresql://u:<redacted>@h/d'}\n").section("m").optionalUriWithPassword("uri");
        CPPUNIT_ASSERT(onlyError().starts_with("config.yaml:1: m.uri: holds `<redacted>`"));
    }

    void normalisesUrls() {
        const Section s = read("a: HTTPS://Example.com:443\nb: nonsense\n");
        equal("https://example.com/", *s.optionalUrl("a"));
        CPPUNIT_ASSERT(!s.optionalUrl("b"));
        equal("config.yaml:2: b: is not an absolute URL", onlyError());
    }

    void readsListsOfSectionsAndStrings() {
        const Section s = read("l: [{a: 1}, 2]\nt: [x, 3]\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, s.sections("l").size());
        CPPUNIT_ASSERT((s.strings("t") == std::vector<std::string>{"x"}));
        equal("config.yaml:1: l[1]: expected a mapping, found an integer", problems_.errors().at(0));
        equal("config.yaml:2: t[1]: expected a string, found an integer", problems_.errors().at(1));
    }

    void warnsOfUnknownKeysAndNamesTheNearest() {
        const Section database = read("database:\n  max_conections: 5\n  colour: red\nhtpp: {}\n").section("database");
        database.integer("max_connections", 10, 1, 99);
        Section(tree_, problems_).section("http");
        reportUnknownKeys(tree_, problems_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, problems_.warnings().size());
        equal("config.yaml:2: database.max_conections: unknown key, ignored; did you mean `max_connections`?", problems_.warnings()[0]);
        equal("config.yaml:3: database.colour: unknown key, ignored", problems_.warnings()[1]);
        equal("config.yaml:4: htpp: unknown key, ignored; did you mean `http`?", problems_.warnings()[2]);
        CPPUNIT_ASSERT(!problems_.failed());
    }

    void letsTwoReadersShareASection() {
        const Section root = read("s: {a: x, b: y}\n");
        root.section("s").string("a", "");
        Section(tree_, problems_).section("s").string("b", "");
        reportUnknownKeys(tree_, problems_);
        CPPUNIT_ASSERT(problems_.warnings().empty());
    }

    void leavesFreeFormAlone() {
        const Section s = read("policy: {data: {anything: {goes: 1}}}\n").section("policy");
        CPPUNIT_ASSERT(s.raw("data")->find("anything") != nullptr);
        reportUnknownKeys(tree_, problems_);
        CPPUNIT_ASSERT(problems_.warnings().empty());
    }

    void limitsFilesThatSettingsName() {
        CPPUNIT_ASSERT_THROW(readFile("a.b_file", "/dev/zero", 1024), ConfigError);
        try {
            readFile("a.b_file", "/no/such/file");
            CPPUNIT_FAIL("did not throw");
        } catch (const ConfigError& error) {
            equal("a.b_file: cannot open /no/such/file: No such file or directory", error.what());
        }
    }

    void findsTheNearestWord() {
        equal("listeners", nearest("listners", {"binds", "listeners"}).value_or(""));
        equal("bind", nearest("bidn", {"bind", "name"}).value_or(""));
        CPPUNIT_ASSERT(!nearest("zebra", {"bind", "name"}));
        CPPUNIT_ASSERT(!nearest(std::string(100'000, 'a'), {"bind"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SectionTest);

}  // namespace latchkey::config
