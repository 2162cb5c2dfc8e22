// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/router.h"

#include "kernel/error.h"

using namespace latchkey::http;

namespace {

class Named final : public Surface {
public:
    explicit Named(std::string name) : name_(std::move(name)) {}
    std::string_view resource() const override { return name_; }
    void mount(Routes&) override {}

private:
    std::string name_;
};

Response nothing(const Request&) { return empty(200); }

struct Row {
    const char* raw;
    const char* pattern;     // nullptr: not found; "!": malformed
    const char* parameters;  // "name=value;…"
};

const Row kRows[] = {
    {"/", "/", ""},
    {"/a", "/a", ""},
    {"/%61", "/a", ""},
    {"/a/", nullptr, ""},
    {"//a", nullptr, ""},
    {"/A", nullptr, ""},
    {"/a/../a", nullptr, ""},
    {"/a/b", "/a/b", ""},
    {"/a%2Fb", nullptr, ""},
    {"/user/7", "/user/{id}", "id=7;"},
    {"/user/me", "/user/me", ""},
    {"/user/", nullptr, ""},
    {"/user/a%2Fb", "/user/{id}", "id=a/b;"},
    {"/user/a%20b", "/user/{id}", "id=a b;"},
    {"/user/7/mail/x", "/user/{id}/mail/{mail}", "id=7;mail=x;"},
    {"/user/me/mail/x", "/user/{id}/mail/{mail}", "id=me;mail=x;"},
    {"/files/x/y/z", "/files/{*path}", "path=x/y/z;"},
    {"/files/", nullptr, ""},
    {"/files", nullptr, ""},
    {"/files/..%2f..%2fetc", "/files/{*path}", "path=../../etc;"},
    {"/%", "!", ""},
    {"/%0", "!", ""},
    {"/%zz", "!", ""},
    {"/%00", "!", ""},
    {"/%ff", "!", ""},
    {"/user/%c0%af", "!", ""},
};

}  // namespace

class RouterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RouterTest);
    CPPUNIT_TEST(findsEveryRow);
    CPPUNIT_TEST(listsAllowedMethods);
    CPPUNIT_TEST(refusesAMethodMountedTwice);
    CPPUNIT_TEST(refusesMalformedPatterns);
    CPPUNIT_TEST_SUITE_END();

    void findsEveryRow() {
        Routes routes;
        for (const char* pattern : {"/files/{*path}", "/user/{id}", "/user/{id}/mail/{mail}", "/", "/a", "/a/b", "/user/me"}) routes.get(pattern, nothing);
        const Named surface("one");
        Router router;
        router.add(surface, routes.list());
        for (const Row& row : kRows) {
            std::string path;
            const RouteSet* set = nullptr;
            Router::Parameters parameters;
            const Router::Outcome outcome = router.find(row.raw, path, set, parameters);
            const bool malformed = row.pattern != nullptr && *row.pattern == '!';
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.raw, malformed, outcome == Router::Outcome::malformed);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.raw, row.pattern != nullptr && !malformed, outcome == Router::Outcome::found);
            if (outcome != Router::Outcome::found) continue;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.raw, std::string(row.pattern), set->pattern);
            std::string written;
            for (const auto& [name, value] : parameters) written += name + "=" + value + ";";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.raw, std::string(row.parameters), written);
        }
    }

    void listsAllowedMethods() {
        Routes routes;
        routes.get("/a", nothing);
        routes.post("/a", nothing);
        routes.any("/b", nothing);
        const Named surface("one");
        Router router;
        router.add(surface, routes.list());
        std::string path;
        const RouteSet* set = nullptr;
        Router::Parameters parameters;
        router.find("/a", path, set, parameters);
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD, POST, OPTIONS"), set->allow);
        CPPUNIT_ASSERT(set->find("HEAD") == set->find("GET"));
        CPPUNIT_ASSERT(set->find("PUT") == nullptr);
        router.find("/b", path, set, parameters);
        CPPUNIT_ASSERT(set->find("PUT") != nullptr);
    }

    void refusesAMethodMountedTwice() {
        Routes routes;
        routes.get("/a", nothing);
        const Named one("one"), two("two");
        Router router;
        router.add(one, routes.list());
        try {
            router.add(two, routes.list());
            CPPUNIT_FAIL("mounted twice");
        } catch (const latchkey::Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("resources `one` and `two` both serve GET /a"), std::string(error.what()));
        }
    }

    void refusesMalformedPatterns() {
        for (const char* bad : {"a", "", "/{a", "/a}b", "/{*rest}/more", "/x{a}"}) {
            Routes routes;
            routes.get(bad, nothing);
            const Named surface("one");
            Router router;
            CPPUNIT_ASSERT_THROW_MESSAGE(bad, router.add(surface, routes.list()), latchkey::Error);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RouterTest);
