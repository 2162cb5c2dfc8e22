// SPDX-License-Identifier: Apache-2.0
#include "kernel/log.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::log {

class LogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(writesOneLineOfText);
    CPPUNIT_TEST(writesOneJsonObject);
    CPPUNIT_TEST(cannotBeMadeToForgeALine);
    CPPUNIT_TEST(understandsFilters);
    CPPUNIT_TEST_SUITE_END();

    std::string written_;
    static void append(std::string_view line, void* context) { static_cast<LogTest*>(context)->written_ += line; }

    std::string levels(const char* filter, const char* logger) {
        configure(filter, Format::text);
        const Logger log(logger);
        for (const Level level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error}) {
            if (log.enabled(level)) return std::to_string(static_cast<int>(level));
        }
        return "0";
    }

public:
    void setUp() override {
        configure("info", Format::text);
        setSink(append, this);
    }
    void tearDown() override {
        setSink(nullptr, nullptr);
        configure("info", Format::text);
    }

    void writesOneLineOfText() {
        Logger("http").info("http.request", "served", {{"status", 200}, {"path", "/a b"}, {"ok", true}, {"ms", 1.5}, {"id", "abc"}});
        CPPUNIT_ASSERT_EQUAL(std::string("Z  INFO  http.request - served status=200 path=\"/a b\" ok=true ms=1.500 id=abc\n"), written_.substr(26));
    }
    void writesOneJsonObject() {
        configure("info", Format::json);
        Logger("http").warn("x.y", "a \"b\"\n", {{"n", 1}, {"t", "\x01"}});
        const std::string expected = R"(,"level":"WARN","target":"http","event":"x.y","message":"a \"b\"\n","n":1,"t":"\u0001"})";
        CPPUNIT_ASSERT_EQUAL(expected, written_.substr(written_.find(",\"level\""), expected.size()));
        CPPUNIT_ASSERT_EQUAL(written_.size() - 1, written_.find('\n'));
    }
    void cannotBeMadeToForgeALine() {
        Logger("http").info("e", "a\n2026-01-01 ERROR forged\x1b[31m", {{"v", "x\ny\x1b"}});
        CPPUNIT_ASSERT(written_.find("\n2026") == std::string::npos);
        CPPUNIT_ASSERT(written_.find('\x1b') == std::string::npos);
        CPPUNIT_ASSERT(written_.find("v=\"x\\ny\\u001b\"") != std::string::npos);
    }
    void understandsFilters() {
        const struct {
            const char* filter;
            const char* logger;
            const char* lowest;  // the number of the lowest level let through: error 1, warn 2, info 3, debug 4, trace 5
        } table[] = {{"info", "http", "3"},           {"debug", "http", "4"},           {"off", "http", "0"},
                     {"warn,http=trace", "http", "5"}, {"warn,http=trace", "jobs", "2"}, {"WARN", "http", "2"},
                     {"http", "http", "5"},            {"http", "jobs", "1"},            {"mas_handlers=debug,info", "http", "3"},
                     {"nonsense=loud", "http", "3"},   {"", "http", "3"},                {"info,http[span{a=1}]=debug", "http", "4"},
                     {"info,http.tls=debug", "http", "3"}, {"info,http=debug", "http.tls", "4"}};
        for (const auto& row : table) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.filter, std::string(row.lowest), levels(row.filter, row.logger));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace latchkey::log
