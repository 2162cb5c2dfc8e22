// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/conninfo.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/driver_session.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::pg {

namespace {

std::string text(const Keywords& keywords) {
    std::string all;
    for (const auto& [name, value] : keywords) all.append(all.empty() ? "" : "|").append(name).append("=").append(value);
    return all;
}

std::string read(const std::string& conninfo) { return text(parseConninfo(conninfo).keywords); }

ConnectOptions with(const char* keyword, const std::string& value) {
    ConnectOptions options;
    options.keywords = {{"host", "h"}, {keyword, value}};
    return options;
}

}  // namespace

class ConninfoTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConninfoTest);
    CPPUNIT_TEST(readsUris);
    CPPUNIT_TEST(readsKeysAndValues);
    CPPUNIT_TEST(readsTheReferencesSpellings);
    CPPUNIT_TEST(warnsOfUnknownParameters);
    CPPUNIT_TEST(refusesAStatementCacheThatIsNoNumber);
    CPPUNIT_TEST(carriesValuesThroughPoco);
    CPPUNIT_TEST(knowsWhatPocoCannotCarry);
    CPPUNIT_TEST(keepsThePasswordOutOfPocosString);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsUris() {
        const std::pair<const char*, const char*> cases[] = {
            {"postgresql://", ""},
            {"postgres://u:p%20w@h:5433/d", "dbname=d|host=h|password=p w|port=5433|user=u"},
            {"postgresql://%2Frun%2Fpg/d", "dbname=d|host=/run/pg"},
            {"postgresql:///d?host=/run/pg&port=1", "dbname=d|host=/run/pg|port=1"},
            {"postgresql://a:1,b:2/d?target_session_attrs=read-write", "dbname=d|host=a,b|port=1,2|target_session_attrs=read-write"},
            {"postgresql://[::1]:7/d?sslmode=verify-full&sslrootcert=/a&sslcert=/b&sslkey=/c&sslcrl=/e&ssl_min_protocol_version=TLSv1.3",
             "dbname=d|host=::1|port=7|ssl_min_protocol_version=TLSv1.3|sslcert=/b|sslcrl=/e|sslkey=/c|sslmode=verify-full|sslrootcert=/a"},
            {"postgresql://h/d?ssl=true", "dbname=d|host=h|sslmode=require"},
            {"postgresql://h/d?options=-c%20search_path%3Dx", "dbname=d|host=h|options=-c search_path=x"},
        };
        for (const auto& [uri, expected] : cases) CPPUNIT_ASSERT_EQUAL_MESSAGE(uri, std::string(expected), read(uri));
    }

    void readsKeysAndValues() {
        CPPUNIT_ASSERT_EQUAL(std::string("host=a,b|password=it's = one|port=1"), read("host=a,b port = 1 password='it\\'s = one'"));
        CPPUNIT_ASSERT_EQUAL(std::string("host=h|password=ssl-mode=x y|sslmode=require"), read("host=h password='ssl-mode=x y' ssl-mode=require"));
        CPPUNIT_ASSERT_EQUAL(std::string("password=postgresql://x"), read("password=postgresql://x"));
    }

    void readsTheReferencesSpellings() {
        CPPUNIT_ASSERT_EQUAL(std::string("host=h|options=-c a.b=1 -c c=x\\ y|sslcert=2|sslkey=3|sslmode=require|sslrootcert=1"),
                             read("postgres://h?ssl-mode=require&ssl-ca=1&ssl-cert=2&ssl-key=3&options[a.b]=1&options%5Bc%5D=x%20y"));
        CPPUNIT_ASSERT_EQUAL(std::string("host=h|options=-c z=1 -c a=2"), read("postgres://h?options[a]=2&options=-c%20z%3D1"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(7), parseConninfo("postgres://h?statement-cache-capacity=7").statementCache);
        CPPUNIT_ASSERT_EQUAL(std::size_t(100), parseConninfo("postgres://h").statementCache);
    }

    void warnsOfUnknownParameters() {
        const Conninfo odd = parseConninfo("mysql://h/d?pool=3&sslmode=disable");
        CPPUNIT_ASSERT_EQUAL(std::string("dbname=d|host=h|sslmode=disable"), text(odd.keywords));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), odd.warnings.size());
        CPPUNIT_ASSERT(odd.warnings[1].find("`pool`") != std::string::npos);
    }

    void refusesAStatementCacheThatIsNoNumber() {
        for (const char* value : {"", "x", "-1", "1x", "100001"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(value, parseConninfo(std::string("postgres://h?statement-cache-capacity=") + value), Error);
        }
    }

    // What Poco passes on, libpq must read as it was: pieces between blanks, each with its value.
    void carriesValuesThroughPoco() {
        for (const char* value : {"plain", "with'quote", "back\\slash", "a=b", "tab\tinside", "ünï", "'", "\\", ""}) {
            const auto carried = pocoConnectionString(with("user", value));
            CPPUNIT_ASSERT_MESSAGE(value, carried.has_value());
            CPPUNIT_ASSERT_EQUAL(std::string(value), parseConninfo(*carried).keywords["user"]);
        }
        const auto options = pocoConnectionString(with("options", "-c search_path=x  -c geqo=off "));
        CPPUNIT_ASSERT_EQUAL(std::string("-c\tsearch_path=x\t\t-c\tgeqo=off"), parseConninfo(options.value()).keywords["options"]);
    }

    void knowsWhatPocoCannotCarry() {
        for (const char* value : {"two words", "tab\t", "\nline"}) CPPUNIT_ASSERT_MESSAGE(value, !pocoConnectionString(with("user", value)));
        CPPUNIT_ASSERT(!pocoConnectionString(with("options", "-c a=x\\ y")));
        ConnectOptions lines = with("user", "u");
        lines.password = config::Secret("two\nlines");
        CPPUNIT_ASSERT(!pocoConnectionString(lines));
    }

    void keepsThePasswordOutOfPocosString() {
        ConnectOptions options = with("user", "u");
        options.password = config::Secret("hidden:\\x");
        const std::string carried = pocoConnectionString(options).value();
        CPPUNIT_ASSERT_MESSAGE(carried, carried.find("hidden") == std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(carried, carried.find("passfile=/proc/self/fd/") != std::string::npos);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ConninfoTest);

}  // namespace latchkey::pg
