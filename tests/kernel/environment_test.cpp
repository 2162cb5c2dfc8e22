// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/environment.h"

#include "kernel/config/yaml.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace latchkey::config {

namespace fs = std::filesystem;

class EnvironmentTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EnvironmentTest);
    CPPUNIT_TEST(mapsVariablesToPaths);
    CPPUNIT_TEST(parsesValues);
    CPPUNIT_TEST(letsFilesWinOverTheEnvironment);
    CPPUNIT_TEST(findsFilesInParentDirectories);
    CPPUNIT_TEST(concatenatesListsOfSeveralFiles);
    CPPUNIT_TEST(readsFilesNamedByTheEnvironment);
    CPPUNIT_TEST(warnsOfAbsentFiles);
    CPPUNIT_TEST(reportsSyntaxErrorsOfEveryFile);
    CPPUNIT_TEST(loadsDotEnvWithoutOverriding);
    CPPUNIT_TEST_SUITE_END();

    fs::path directory_;
    fs::path before_;
    Problems problems_;

    void write(const std::string& name, const std::string& text) { std::ofstream(directory_ / name) << text; }
    Tree load(const std::vector<std::string>& files) {
        bool found = false;
        return loadLayers(files, problems_, found);
    }

public:
    void setUp() override {
        before_ = fs::current_path();
        std::string pattern = (fs::temp_directory_path() / "latchkey-env-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        fs::create_directories(directory_ / "a/b");
        fs::current_path(directory_ / "a/b");
        ::unsetenv("MAS_CONFIG");
    }
    void tearDown() override {
        fs::current_path(before_);
        fs::remove_all(directory_);
        ::unsetenv("MAS_CONFIG");
        ::unsetenv("MAS_MATRIX_KIND");
    }

    void mapsVariablesToPaths() {
        std::string entries[] = {"MAS_MATRIX_HOMESERVER=example.com", "mas_matrix_kind=synapse", "MAS_HTTP_PUBLIC_BASE=x", "MAS__X=1", "MAS_CONFIG=a.yaml", "OTHER=1", "MAS_X_=1"};
        std::vector<char*> environment;
        for (auto& entry : entries) environment.push_back(entry.data());
        environment.push_back(nullptr);
        const Node layer = environmentLayer(environment.data());
        CPPUNIT_ASSERT_EQUAL(std::string("matrix:\n  homeserver: example.com\n  kind: synapse\nhttp:\n  public:\n    base: x\n"), writeYaml(layer));
        CPPUNIT_ASSERT_EQUAL(std::string("environment variable MAS_MATRIX_HOMESERVER"), layer.find("matrix")->find("homeserver")->mark.text());
    }

    void parsesValues() {
        const struct {
            const char* text;
            const char* yaml;
        } table[] = {{"true", "true\n"},          {"5", "5\n"},           {"-1.5", "-1.5\n"},          {"1e5", "1e5\n"},      {" x ", "x\n"},
                     {"[1, a, \"b\"]", "- 1\n- a\n- b\n"}, {"{a=1, b=[x]}", "a: 1\nb:\n  - x\n"}, {"\"5\"", "\"5\"\n"}, {"'c'", "c\n"}, {"[1, 2", "\"[1, 2\"\n"},
                     {"postgres://u:p@h/d?a=b", "postgres://u:p@h/d?a=b\n"}};
        for (const auto& row : table) {
            if (std::string(row.text) == "1e5") CPPUNIT_ASSERT(environmentValue("1e5").kind == Node::Kind::string);
            else CPPUNIT_ASSERT_EQUAL_MESSAGE(row.text, std::string(row.yaml), writeYaml(environmentValue(row.text)));
        }
    }

    void letsFilesWinOverTheEnvironment() {
        ::setenv("MAS_MATRIX_KIND", "from-environment", 1);
        write("config.yaml", "matrix: {homeserver: x}");
        CPPUNIT_ASSERT_EQUAL(std::string("from-environment"), load({}).root.find("matrix")->find("kind")->scalar);
        write("config.yaml", "matrix: {kind: from-file}");
        CPPUNIT_ASSERT_EQUAL(std::string("from-file"), load({}).root.find("matrix")->find("kind")->scalar);
    }

    void findsFilesInParentDirectories() {
        write("config.yaml", "where: top");
        write("a/config.yaml", "where: middle");
        const Tree tree = load({});
        CPPUNIT_ASSERT_EQUAL(std::string("middle"), tree.root.find("where")->scalar);
        CPPUNIT_ASSERT_EQUAL(std::string("../config.yaml:1"), tree.root.find("where")->mark.text());
    }

    void concatenatesListsOfSeveralFiles() {
        write("a/b/one.yaml", "l: [1]\nx: 1");
        write("a/b/two.yaml", "l: [2]\nx: 2");
        CPPUNIT_ASSERT_EQUAL(std::string("l:\n  - 1\n  - 2\nx: 2\n"), writeYaml(load({"one.yaml", "two.yaml"}).root));
    }

    void readsFilesNamedByTheEnvironment() {
        write("a/b/one.yaml", "x: 1");
        write("a/b/two.yaml", "y: 2");
        write("a/b/config.yaml", "z: 3");
        ::setenv("MAS_CONFIG", "one.yaml:two.yaml", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("x: 1\ny: 2\n"), writeYaml(load({}).root));
        CPPUNIT_ASSERT_EQUAL(std::string("z: 3\n"), writeYaml(load({"config.yaml"}).root));
    }

    void warnsOfAbsentFiles() {
        bool found = true;
        loadLayers({"/no/such/file.yaml", directory_.string()}, problems_, found);
        CPPUNIT_ASSERT(!found);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, problems_.warnings().size());
        CPPUNIT_ASSERT(!problems_.failed());
    }

    void reportsSyntaxErrorsOfEveryFile() {
        write("a/b/one.yaml", "x: [");
        write("a/b/two.yaml", "y: 'z");
        load({"one.yaml", "two.yaml"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, problems_.errors().size());
        CPPUNIT_ASSERT_MESSAGE(problems_.errors()[0], problems_.errors()[0].find("one.yaml:") != std::string::npos);
    }

    void loadsDotEnvWithoutOverriding() {
        ::setenv("LATCHKEY_TEST_SET", "before", 1);
        write(".env", "# comment\nLATCHKEY_TEST_SET=after\nexport LATCHKEY_TEST_A='a b' # c\nLATCHKEY_TEST_B=\"x\\ny\"\nnot a line\nLATCHKEY_TEST_C=1\n");
        CPPUNIT_ASSERT_EQUAL((directory_ / ".env").string(), loadDotEnv(problems_));
        CPPUNIT_ASSERT_EQUAL(std::string("before"), std::string(std::getenv("LATCHKEY_TEST_SET")));
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), std::string(std::getenv("LATCHKEY_TEST_A")));
        CPPUNIT_ASSERT_EQUAL(std::string("x\ny"), std::string(std::getenv("LATCHKEY_TEST_B")));
        CPPUNIT_ASSERT(std::getenv("LATCHKEY_TEST_C") == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, problems_.warnings().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EnvironmentTest);

}  // namespace latchkey::config
