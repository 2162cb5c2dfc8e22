// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/errors.h"
#include "plugins/storage-postgres/secret_file.h"
#include "plugins/storage-postgres/statement_cache.h"
#include "plugins/storage-postgres/text_array.h"

#include "domain/store.h"

#include <cppunit/extensions/HelperMacros.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::pg {

namespace {

enum class Kind { conflict, busy, down, inconsistent, other };

std::pair<Kind, std::string> thrown(const std::string& state, const std::string& message = "it failed") {
    try {
        throwServerError({state, message, "the_key", "detail with data"}, "a.query");
    } catch (const Conflict& error) {
        CPPUNIT_ASSERT_EQUAL(std::string("the_key"), error.constraint());
        return {Kind::conflict, error.what()};
    } catch (const StorageBusy& error) {
        return {Kind::busy, error.what()};
    } catch (const StorageDown& error) {
        return {Kind::down, error.what()};
    } catch (const StorageError& error) {
        return {Kind::other, error.what()};
    }
}

}  // namespace

class StorageValuesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StorageValuesTest);
    CPPUNIT_TEST(writesAndReadsArrays);
    CPPUNIT_TEST(refusesWhatIsNoArrayOfText);
    CPPUNIT_TEST(writesAndReadsBytes);
    CPPUNIT_TEST(parametersHaveTheirText);
    CPPUNIT_TEST(mapsSqlStates);
    CPPUNIT_TEST(messagesHoldNoData);
    CPPUNIT_TEST(secretFilesArePrivateAndHoldEscapedPasswords);
    CPPUNIT_TEST(theStatementCacheDropsTheLeastRecentlyUsed);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesAndReadsArrays() {
        const std::vector<std::vector<std::string>> cases = {
            {}, {""}, {"a", "b"}, {"with \"quotes\"", "back\\slash", "comma,", "{brace}", " blank ", "NULL", "null", "line\nbreak", "ü"}};
        for (const auto& each : cases) CPPUNIT_ASSERT(parseTextArray(textArray(each)) == each);
        CPPUNIT_ASSERT(parseTextArray("{plain,\"NULL\",x y}") == (std::vector<std::string>{"plain", "NULL", "x y"}));
    }

    void refusesWhatIsNoArrayOfText() {
        for (const char* text : {"", "{", "a", "{NULL}", "{a,null}", "{a,}", "{,a}", "{\"a}", "{\"a\"b}", "{{a}}", "{a\"b}", "[0:1]={a,b}", "{\"a\\}"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseTextArray(text));
        }
    }

    void writesAndReadsBytes() {
        std::string all;
        for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
        CPPUNIT_ASSERT(parseHexBytes(hexBytes(all)) == all);
        CPPUNIT_ASSERT_EQUAL(std::string("\\x00ff"), hexBytes(std::string("\0\xff", 2)));
        CPPUNIT_ASSERT(parseHexBytes("\\xFFa0") == std::string("\xff\xa0"));
        for (const char* text : {"", "00", "\\x0", "\\xzz", "x00"}) CPPUNIT_ASSERT_MESSAGE(text, !parseHexBytes(text));
    }

    void parametersHaveTheirText() {
        CPPUNIT_ASSERT(Param(nullptr).data() == nullptr);
        CPPUNIT_ASSERT(Param(std::optional<std::string>()).data() == nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("t"), std::string(Param(true).data()));
        CPPUNIT_ASSERT_EQUAL(std::string("-9223372036854775808"), std::string(Param(INT64_MIN).data()));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), std::string(Param(std::optional(Instant{5})).data()));
        CPPUNIT_ASSERT_EQUAL(std::string("00000000-0000-0000-0000-000000000000"), std::string(Param(Ulid{}).data()));
    }

    void mapsSqlStates() {
        const std::pair<const char*, Kind> cases[] = {
            {"23505", Kind::conflict}, {"57014", Kind::busy}, {"55P03", Kind::busy}, {"40001", Kind::busy}, {"40P01", Kind::busy},
            {"53300", Kind::busy},     {"53100", Kind::busy}, {"08006", Kind::down}, {"08P01", Kind::down}, {"57P01", Kind::down},
            {"25P03", Kind::down},     {"25P04", Kind::down}, {"57P02", Kind::down},     {"57P03", Kind::down}, {"", Kind::down},      {"23503", Kind::other}, {"42P01", Kind::other},
            {"25006", Kind::other},    {"22P02", Kind::other},
        };
        for (const auto& [state, kind] : cases) {
            const auto [found, message] = thrown(state);
            CPPUNIT_ASSERT_MESSAGE(state, found == kind);
            CPPUNIT_ASSERT_MESSAGE(message, message.find("a.query") == 0 && message.find(state) != std::string::npos);
        }
        CPPUNIT_ASSERT(thrown("53100").second.find("disk is full") != std::string::npos);
        CPPUNIT_ASSERT(thrown("25006").second.find("read-only") != std::string::npos);
    }

    void messagesHoldNoData() {
        CPPUNIT_ASSERT(thrown("22P02", "invalid input syntax for type uuid: \"hidden\"").second.find("hidden") == std::string::npos);
        CPPUNIT_ASSERT(thrown("22003", "value \"hidden\" is out of range").second.find("hidden") == std::string::npos);
        CPPUNIT_ASSERT(thrown("23505").second.find("detail with data") == std::string::npos);
    }

    void secretFilesArePrivateAndHoldEscapedPasswords() {
        const SecretFile file(passfileLine("a:b\\c"));
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file.path().c_str(), &info));
        CPPUNIT_ASSERT(S_ISREG(info.st_mode));
        CPPUNIT_ASSERT_EQUAL(mode_t(0600), mode_t(info.st_mode & 0777));
        const int fd = ::open(file.path().c_str(), O_RDONLY);
        char buffer[64];
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        ::close(fd);
        CPPUNIT_ASSERT_EQUAL(std::string("*:*:*:*:a\\:b\\\\c\n"), std::string(buffer, static_cast<std::size_t>(count)));
    }

    void theStatementCacheDropsTheLeastRecentlyUsed() {
        StatementCache cache(2);
        cache.add("a");
        cache.add("b");
        CPPUNIT_ASSERT(cache.use("a") && !cache.use("c"));
        CPPUNIT_ASSERT(cache.surplus() == "b");
        cache.forget("b");
        CPPUNIT_ASSERT(!cache.surplus());
        cache.add("c");
        cache.add("c");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), cache.size());
        CPPUNIT_ASSERT(cache.surplus() == "a");
        CPPUNIT_ASSERT(!StatementCache(0).enabled());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StorageValuesTest);

}  // namespace latchkey::pg
