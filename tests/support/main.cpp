// SPDX-License-Identifier: Apache-2.0
#include "domain/token/token_format.h"
#include "kernel/log.h"

#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/XmlOutputter.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

/// Has all be logged, shows of it what would be shown without that, and looks for tokens, which have a form of their own. A test may
/// take the log for itself; the next one's is looked at again.
class TokenWatch final : public CppUnit::TestListener {
public:
    void startTest(CppUnit::Test* test) override {
        test_ = test->getName();
        latchkey::log::configure("trace", latchkey::log::Format::text);
        latchkey::log::setSink([](std::string_view line, void* self) { static_cast<TokenWatch*>(self)->take(line); }, this);
    }
    const std::string& found() const { return found_; }

private:
    static bool holdsToken(std::string_view line) {
        constexpr std::size_t kLength = 41;
        for (std::size_t at = line.find('_'); at != std::string_view::npos; at = line.find('_', at + 1)) {
            if (at >= 3 && latchkey::tokenKind(line.substr(at - 3, kLength))) return true;
        }
        return false;
    }
    void take(std::string_view line) {
        if (holdsToken(line)) std::cerr << (found_ = test_ + " logged a token: " + std::string(line));
        if (line.find(" DEBUG ") == std::string_view::npos && line.find(" TRACE ") == std::string_view::npos) std::cerr << line;
    }

    std::string test_, found_;
};

// Runs the leaves whose full name holds the filter; returns how many there were.
int runMatching(CppUnit::Test& test, const std::string& filter, bool list, CppUnit::TestResult& result) {
    if (filter.empty() && !list) {
        test.run(&result);
        return test.countTestCases();
    }
    if (test.getChildTestCount() == 0) {
        if (test.getName().find(filter) == std::string::npos) return 0;
        if (list) std::cout << test.getName() << '\n';
        else test.run(&result);
        return 1;
    }
    // A fixture's suite is run as a whole if its own name matches, so that a class can be named, too.
    int count = 0;
    for (int i = 0; i < test.getChildTestCount(); ++i) count += runMatching(*test.getChildTestAt(i), filter, list, result);
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    std::string filter;
    std::string xml;
    bool list = false;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--list") list = true;
        else if (argument == "--xml" && i + 1 < argc) xml = argv[++i];
        else filter = argument;
    }
    CppUnit::TestResult result;
    CppUnit::TestResultCollector collector;
    CppUnit::BriefTestProgressListener progress;
    result.addListener(&collector);
    if (!list) result.addListener(&progress);
    TokenWatch tokens;
    result.addListener(&tokens);

    const std::unique_ptr<CppUnit::Test> all(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    const int count = runMatching(*all, filter, list, result);
    if (list) return 0;
    if (!xml.empty()) {
        std::ofstream file(xml);
        CppUnit::XmlOutputter(&collector, file).write();
    }
    CppUnit::CompilerOutputter(&collector, std::cerr).write();
    std::fprintf(stderr, "%d tests, %d failed\n", count, collector.testFailuresTotal());
    latchkey::log::setSink(nullptr, nullptr);
    if (!tokens.found().empty()) std::cerr << "FAILED: a token stands in the log\n";
    return count > 0 && collector.wasSuccessful() && tokens.found().empty() ? 0 : 1;
}
