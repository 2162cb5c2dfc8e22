// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"

namespace latchkey::pg {

namespace {

constexpr Query kInstant{"test.instant", "SELECT " LATCHKEY_MICROS("moment") ", moment::text FROM (SELECT " LATCHKEY_INSTANT("$1") " AS moment) AS t"};
constexpr Query kOrder{"test.order", "SELECT string_agg(id::text, ' ' ORDER BY id) FROM unnest($1::uuid[]) AS id"};
constexpr Query kUuid{"test.uuid", "SELECT $1::uuid"};
constexpr Query kJson{"test.json", "SELECT $1::jsonb, $1::jsonb ->> 'name'"};
constexpr Query kInet{"test.inet", "SELECT $1::inet, family($1::inet)"};
constexpr Query kTexts{"test.texts", "SELECT $1::text[], cardinality($1::text[]), ($1::text[])[1]"};
constexpr Query kBytes{"test.bytes", "SELECT $1::bytea, length($1::bytea), encode($1::bytea, 'hex')"};
constexpr Query kText{"test.text", "SELECT $1::text"};
constexpr Query kNumbers{"test.numbers", "SELECT $1::bigint, $2::int, $3::boolean, $4::boolean"};
constexpr Query kNulls{"test.nulls", "SELECT NULL::text, NULL::bigint, NULL::bigint, NULL::uuid, NULL::inet"};

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kYear9999 = 253'402'300'799 * kSecond + 999'999;

}  // namespace

/// Values to the server and back, judged by the server as well.
class TypesTest : public PgFixture {
    CPPUNIT_TEST_SUITE(TypesTest);
    CPPUNIT_TEST(instantsAreExactToTheMicrosecond);
    CPPUNIT_TEST(instantsAreWhatTheServerTakesThemFor);
    CPPUNIT_TEST(ulidsAreUuidsInOrderOfCreation);
    CPPUNIT_TEST(jsonComesBackAsItsText);
    CPPUNIT_TEST(addressesComeBackWithoutNetmask);
    CPPUNIT_TEST(arraysHoldAnyText);
    CPPUNIT_TEST(arraysWithANullAreInconsistent);
    CPPUNIT_TEST(bytesAreAllPossible);
    CPPUNIT_TEST(numbersReachTheirLimits);
    CPPUNIT_TEST(nullsAreNothingAndNotValues);
    CPPUNIT_TEST(textKeepsEveryCharacter);
    CPPUNIT_TEST(textWithNulIsRefusedBeforeItIsSent);
    CPPUNIT_TEST_SUITE_END();

    template <typename T>
    static void requireBack(Connection& connection, const Query& query, const T& value, T (Row::*read)(int) const) {
        const auto back = connection.one(query, {value}, [&](const Row& row) { return (row.*read)(0); });
        CPPUNIT_ASSERT(back == value);
    }

public:
    void instantsAreExactToTheMicrosecond() {
        for (const auto& installation : test::postgresInstallations()) {
            test::Postgres& cluster = test::Postgres::shared(installation.major);
            Connection connection(ConnectOptions::parse(cluster.conninfo("postgres")));
            std::vector<std::int64_t> moments = {0, 1, -1, 999'999, -999'999, -kSecond, 1'764'037'526'123'457, -1'764'037'526'123'457, 7'258'118'399'999'999, -7'258'118'399'999'999};
            for (const std::int64_t each : {kYear9999, kYear9999 - 1, kYear9999 / 3, kYear9999 / 7, (std::int64_t(1) << 53) + 1, -62'135'596'800 * kSecond + 1}) {
                if (installation.major > 13) moments.push_back(each);  // 13 tells them as doubles, which end in 2242
            }
            for (const std::int64_t us : moments) {
                const auto back = connection.one(kInstant, {Instant{us}}, [](const Row& row) { return row.instant(0).us; });
                CPPUNIT_ASSERT_EQUAL_MESSAGE("PostgreSQL " + std::to_string(installation.major), us, back.value());
            }
        }
    }

    void instantsAreWhatTheServerTakesThemFor() {
        Connection connection(options());
        const std::pair<std::int64_t, const char*> cases[] = {{0, "1970-01-01 00:00:00+00"},
                                                              {-1, "1969-12-31 23:59:59.999999+00"},
                                                              {951'782'400 * kSecond + 123'456, "2000-02-29 00:00:00.123456+00"},
                                                              {kYear9999, "9999-12-31 23:59:59.999999+00"},
                                                              {-62'135'596'800 * kSecond, "0001-01-01 00:00:00+00"}};
        for (const auto& [us, text] : cases) {
            const auto said = connection.one(kInstant, {Instant{us}}, [](const Row& row) { return row.text(1); });
            CPPUNIT_ASSERT_EQUAL(std::string(text), said.value());
        }
    }

    void ulidsAreUuidsInOrderOfCreation() {
        Connection connection(options());
        const Ulid ulid = Ulid::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").value();
        requireBack(connection, kUuid, ulid, &Row::ulid);
        CPPUNIT_ASSERT_EQUAL(std::string("01563e3a-b5d3-d676-4c61-efb99302bd5b"), word(connection, kUuid, {ulid}));
        const Ulid later = Ulid::make(ulid.time() + Duration::milliseconds(1), {});
        const std::string ordered = word(connection, kOrder, {std::vector<std::string>{later.uuid(), ulid.uuid()}});
        CPPUNIT_ASSERT_EQUAL(ulid.uuid() + " " + later.uuid(), ordered);
    }

    void jsonComesBackAsItsText() {
        Connection connection(options());
        const std::string json = R"({"a": [1, 2.5, null, true], "id": 9007199254740993, "name": "\"q\" \\ ü \n"})";
        CPPUNIT_ASSERT_EQUAL(json, word(connection, kJson, {json}));
        const auto name = connection.one(kJson, {json}, [](const Row& row) { return row.text(1); });
        CPPUNIT_ASSERT_EQUAL(std::string("\"q\" \\ ü \n"), name.value());
        CPPUNIT_ASSERT(connection.one(kJson, {std::optional<std::string>()}, [](const Row& row) { return row.isNull(0); }).value());
    }

    void addressesComeBackWithoutNetmask() {
        Connection connection(options());
        const std::pair<const char*, const char*> cases[] = {{"192.0.2.7", "192.0.2.7"}, {"10.0.0.0/8", "10.0.0.0"}, {"2001:DB8:0::1", "2001:db8::1"},
                                                             {"fe80::/10", "fe80::"},   {"::ffff:192.0.2.7", "::ffff:192.0.2.7"}};
        for (const auto& [written, read] : cases) {
            const auto address = connection.one(kInet, {written}, [](const Row& row) { return row.optionalAddress(0); });
            CPPUNIT_ASSERT_EQUAL(std::string(read), address.value().value());
        }
    }

    void arraysHoldAnyText() {
        Connection connection(options());
        const std::vector<std::vector<std::string>> cases = {
            {}, {""}, {"", ""}, {"openid", "email"}, {"NULL", "null", "a,b", "{x}", "\"", "\\", "\\\"", "'", " blank ", "\t\n\r", "ü€𝄞", "a b"}, {"{}", "{{}}", "\\{"}};
        for (const auto& each : cases) {
            requireBack(connection, kTexts, each, &Row::texts);
            const auto [count, first] = connection.one(kTexts, {each}, [](const Row& row) { return std::pair(row.int32(1), row.optionalText(2)); }).value();
            CPPUNIT_ASSERT_EQUAL(static_cast<int>(each.size()), count);
            CPPUNIT_ASSERT(each.empty() ? !first : first == each.front());
        }
    }

    void arraysWithANullAreInconsistent() {
        Connection connection(options());
        for (const char* array : {"{a,NULL}", "{{a},{b}}"}) {
            const std::string thrown = thrownBy([&] { connection.one(kTexts, {array}, [](const Row& row) { return row.texts(0); }); });
            requireStart("StorageInconsistent: test.texts: column text", thrown);
        }
    }

    void bytesAreAllPossible() {
        Connection connection(options());
        std::string all;
        for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
        for (const std::string& raw : {std::string(), all, std::string(3, '\0')}) {
            const auto back = connection.one(kBytes, {Param::bytes(raw)}, [](const Row& row) { return std::pair(row.bytes(0), row.int32(1)); });
            CPPUNIT_ASSERT(back == std::pair(raw, static_cast<int>(raw.size())));
        }
    }

    void numbersReachTheirLimits() {
        Connection connection(options());
        for (const std::int64_t big : {INT64_MIN, std::int64_t(0), INT64_MAX}) {
            const bool right = connection.one(kNumbers, {big, INT32_MIN, true, false}, [&](const Row& row) {
                return row.int64(0) == big && row.int32(1) == INT32_MIN && row.boolean(2) && !row.boolean(3);
            }).value();
            CPPUNIT_ASSERT(right);
        }
        const std::string thrown = thrownBy([&] { connection.one(kNumbers, {INT64_MAX, 0, true, true}, [](const Row& row) { return row.int32(0); }); });
        requireStart("StorageInconsistent: test.numbers: column int8 is not a 32-bit integer", thrown);
    }

    void nullsAreNothingAndNotValues() {
        Connection connection(options());
        const bool nothing = connection.one(kNulls, {}, [](const Row& row) {
            return !row.optionalText(0) && !row.optionalInt64(1) && !row.optionalInstant(2) && !row.optionalUlid(3) && !row.optionalAddress(4);
        }).value();
        CPPUNIT_ASSERT(nothing);
        const std::function<void(const Row&)> reads[] = {[](const Row& row) { row.text(0); }, [](const Row& row) { row.int64(1); }, [](const Row& row) { row.instant(2); },
                                                         [](const Row& row) { row.ulid(3); }, [](const Row& row) { row.address(4); }, [](const Row& row) { row.text(5); }};
        for (const auto& read : reads) {
            const std::string thrown = thrownBy([&] { connection.one(kNulls, {}, [&](const Row& row) { read(row); return 0; }); });
            requireStart("StorageInconsistent: test.nulls: column", thrown);
        }
    }

    void textKeepsEveryCharacter() {
        Connection connection(options());
        for (const char* text : {"", " ", "'quoted' \"twice\"", "back\\slash", "$1", "%s", "line\r\nbreak\ttab", "ü€𝄞", "\x01\x7f"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), word(connection, kText, {text}));
        }
        const std::string large(1'000'000, 'x');
        CPPUNIT_ASSERT(word(connection, kText, {large}) == large);
    }

    void textWithNulIsRefusedBeforeItIsSent() {
        Connection connection(options());
        connection.begin();
        const std::string name("admin\0hidden", 12);
        for (const Param& param : {Param(name), Param(std::vector<std::string>{"a", name})}) {
            const std::string thrown = thrownBy([&] { connection.exec(kText, {param}); });
            requireStart("StorageError: test.text: a parameter holds a NUL", thrown);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("still there"), word(connection, kText, {"still there"}));
        connection.commit();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TypesTest);

}  // namespace latchkey::pg
