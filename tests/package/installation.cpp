// SPDX-License-Identifier: Apache-2.0
#include "tests/package/installation.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

namespace latchkey::package {

const Installation& Installation::shared() {
    static const Installation installation;
    return installation;
}

Installation::Installation() {
    must({CMAKE, "--install", BUILD, "--prefix", prefix()});
    const std::string source = directory_ / "hello";
    std::filesystem::copy(example("plugin-hello"), source, std::filesystem::copy_options::recursive);
    must({CMAKE, "-S", source, "-B", source + "/build", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix(), "-DCMAKE_CXX_COMPILER=" CXX,
          "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wshadow -Werror"});
    must({CMAKE, "--build", source + "/build"});
}

std::string Installation::lib() const { return prefix() + "/" LIBDIR; }

std::string Installation::build(const std::string& name, const std::vector<std::string>& flags) const {
    std::filesystem::create_directories(directory_ / name);
    const std::string file = directory_ / (name + "/hello.so");
    std::vector<std::string> command = {CXX, "-std=c++20", "-shared", "-fPIC", "-fvisibility=hidden", "-o", file};
    command.insert(command.end(), flags.begin(), flags.end());
    command.insert(command.end(), {"-I" + prefix() + "/include/latchkey"});
    for (const char* source : {"plugin.cpp", "greeter.cpp", "greet_command.cpp"}) command.push_back(example("plugin-hello/") + source);
    command.push_back(lib() + "/cmake/Latchkey/plugin_stamp.cpp");
    command.insert(command.end(), {lib() + "/liblatchkey-http-api.a", "-L" + lib(), "-llatchkey-kernel", "-llatchkey-domain", "-lPocoFoundation"});
    must(command);
    return file;
}

test::Launch Installation::masCli(const std::vector<std::string>& arguments, const std::string& workingDirectory) const {
    test::Launch launch;
    launch.arguments = {prefix() + "/bin/mas-cli"};
    launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
    launch.directory = workingDirectory;
    launch.environment = {{"HOME", workingDirectory}};
    return launch;
}

test::Finished Installation::run(const std::vector<std::string>& arguments) const { return test::run(masCli(arguments, directory_.path()), kLong); }

test::Finished must(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
    test::Launch launch;
    launch.arguments = command;
    launch.environment = environment;
    test::Finished finished = test::run(launch, kLong);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(command.front() + "\n" + finished.output + finished.errors, 0, finished.code);
    return finished;
}

void requireHolds(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("`" + part + "` is missing in:\n" + text, text.find(part) != std::string::npos);
}

void requireLacks(const std::string& text, const std::string& part) {
    CPPUNIT_ASSERT_MESSAGE("`" + part + "` stands in:\n" + text, text.find(part) == std::string::npos);
}

void requireCode(int expected, const test::Finished& finished) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, expected, finished.code);
}

}  // namespace latchkey::package
