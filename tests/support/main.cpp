// SPDX-License-Identifier: Apache-2.0
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/Test.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/XmlOutputter.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

namespace {

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

    const std::unique_ptr<CppUnit::Test> all(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    const int count = runMatching(*all, filter, list, result);
    if (list) return 0;
    if (!xml.empty()) {
        std::ofstream file(xml);
        CppUnit::XmlOutputter(&collector, file).write();
    }
    CppUnit::CompilerOutputter(&collector, std::cerr).write();
    std::fprintf(stderr, "%d tests, %d failed\n", count, collector.testFailuresTotal());
    return count > 0 && collector.wasSuccessful() ? 0 : 1;
}
