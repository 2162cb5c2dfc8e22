// SPDX-License-Identifier: Apache-2.0
#include "kernel/command_line.h"

#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey {

namespace {

class FakeCommand final : public Command {
public:
    FakeCommand(std::string path, std::vector<OptionSpec> options, std::vector<PositionalSpec> positionals = {})
        : path_(std::move(path)), options_(std::move(options)), positionals_(std::move(positionals)) {}
    std::string path() const override { return path_; }
    std::string summary() const override { return "Does " + path_; }
    Needs needs() const override { return Needs::nothing; }
    std::vector<OptionSpec> options() const override { return options_; }
    std::vector<PositionalSpec> positionals() const override { return positionals_; }
    int run(const Arguments&, Services&) override { return 0; }

private:
    std::string path_;
    std::vector<OptionSpec> options_;
    std::vector<PositionalSpec> positionals_;
};

}  // namespace

class CommandLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(takesGlobalOptionsAnywhere);
    CPPUNIT_TEST(runsTheServerWithoutACommand);
    CPPUNIT_TEST(findsTheLongestCommand);
    CPPUNIT_TEST(parsesOptionsInEveryForm);
    CPPUNIT_TEST(takesOptionsThatPluginsBring);
    CPPUNIT_TEST(refusesWhatIsWrong);
    CPPUNIT_TEST(explainsCommandsAndGroups);
    CPPUNIT_TEST(refusesTwoCommandsOfOnePath);
    CPPUNIT_TEST_SUITE_END();

    FakeCommand server_{"server", {{.name = "no-migrate", .help = "do not"}}};
    FakeCommand migrate_{"database migrate", {}};
    FakeCommand add_{"manage add-email",
                     {{.name = "output", .help = "file", .argument = "PATH", .shortName = 'o'}, {.name = "tag", .help = "tag", .argument = "T", .repeatable = true}},
                     {{"USERNAME", "who"}, {"EMAIL", "address", false}}};
    CommandLine line_;

    CommandLine::Invocation parse(const std::vector<std::string>& arguments) { return line_.parse(GlobalOptions::parse(arguments).rest); }
    std::string refusal(const std::vector<std::string>& arguments) {
        try {
            parse(arguments);
        } catch (const UsageError& error) {
            return error.what();
        }
        return "was accepted";
    }

public:
    void setUp() override {
        line_.add(server_);
        line_.add(migrate_);
        line_.add(add_);
        line_.addServerOption({.name = "embedded", .help = "own database", .argument = "DIR", .optionalArgument = true});
    }
    void tearDown() override { line_ = {}; }

    void takesGlobalOptionsAnywhere() {
        const auto options = GlobalOptions::parse({"-c", "a", "server", "--config=b", "--no-migrate", "-cc", "--config", "d", "-V", "--daemon", "--pidfile=/x"});
        CPPUNIT_ASSERT((options.configFiles == std::vector<std::string>{"a", "b", "c", "d"}));
        CPPUNIT_ASSERT((options.rest == std::vector<std::string>{"server", "--no-migrate"}));
        CPPUNIT_ASSERT(options.version && !options.help);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, options.daemonOptions.size());
        CPPUNIT_ASSERT(GlobalOptions::parse({"help", "server"}).help);
        CPPUNIT_ASSERT_THROW(GlobalOptions::parse({"server", "-c"}), UsageError);
    }
    void runsTheServerWithoutACommand() {
        CPPUNIT_ASSERT_EQUAL(std::string("server"), parse({}).command->path());
        CPPUNIT_ASSERT_EQUAL(std::string("there is no global option --no-migrate; options of a command stand after it"), refusal({"--no-migrate"}));
    }
    void findsTheLongestCommand() {
        CPPUNIT_ASSERT_EQUAL(std::string("database migrate"), parse({"database", "migrate"}).command->path());
        CPPUNIT_ASSERT_EQUAL(std::string("`database` needs one of: migrate"), refusal({"database"}));
    }
    void parsesOptionsInEveryForm() {
        const auto a = parse({"manage", "add-email", "alice", "-o", "x", "--tag=1", "--tag", "2", "--", "-odd"}).arguments;
        CPPUNIT_ASSERT_EQUAL(std::string("x"), *a.value("output"));
        CPPUNIT_ASSERT((a.values("tag") == std::vector<std::string>{"1", "2"}));
        CPPUNIT_ASSERT((a.positionals() == std::vector<std::string>{"alice", "-odd"}));
    }
    void takesOptionsThatPluginsBring() {
        CPPUNIT_ASSERT(parse({"server", "--embedded"}).arguments.has("embedded"));
        CPPUNIT_ASSERT_EQUAL(std::string("/x"), *parse({"server", "--embedded=/x"}).arguments.value("embedded"));
        CPPUNIT_ASSERT_EQUAL(std::string("was accepted"), refusal({"server", "--no-migrate"}));
    }
    void refusesWhatIsWrong() {
        const struct {
            std::vector<std::string> arguments;
            const char* message;
        } table[] = {{{"servr"}, "there is no command `servr`; did you mean `server`?"},
                     {{"database", "migrat"}, "there is no command `migrat`; did you mean `migrate`?"},
                     {{"server", "--foo"}, "`server` has no option --foo"},
                     {{"server", "x"}, "`server` does not take the argument `x`"},
                     {{"manage", "add-email"}, "`manage add-email` needs <USERNAME>: who"},
                     {{"manage", "add-email", "a", "b", "c"}, "`manage add-email` does not take the argument `c`"},
                     {{"server", "--no-mig"}, "there is no option --no-mig; did you mean --no-migrate?"},
                     {{"manage", "add-email", "a", "-o", "1", "-o", "2"}, "the option --output was given twice"}};
        for (const auto& row : table) CPPUNIT_ASSERT_EQUAL(std::string(row.message), refusal(row.arguments));
        CPPUNIT_ASSERT(refusal({"manage", "add-email", "a", "--output"}).find("output") != std::string::npos);
        CPPUNIT_ASSERT(refusal({"server", "--no-migrate=1"}).find("no-migrate") != std::string::npos);
    }
    void explainsCommandsAndGroups() {
        CPPUNIT_ASSERT(line_.help({}).find("database migrate") != std::string::npos);
        CPPUNIT_ASSERT(line_.help({"manage"}).find("Does server") == std::string::npos);
        const std::string help = line_.help({"server"});
        for (const char* part : {"--no-migrate", "--embedded[=DIR]", "--daemon", "--config <PATH>"}) CPPUNIT_ASSERT_MESSAGE(part, help.find(part) != std::string::npos);
    }
    void refusesTwoCommandsOfOnePath() {
        FakeCommand twin("server", {});
        CPPUNIT_ASSERT_THROW(line_.add(twin), PluginError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);

}  // namespace latchkey
