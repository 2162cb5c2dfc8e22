// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/post_auth_action.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::account {

class PostAuthActionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PostAuthActionTest);
    CPPUNIT_TEST(leadsToThePagesOfTheSheet);
    CPPUNIT_TEST(survivesAsParameters);
    CPPUNIT_TEST(attack12_neverLeadsElsewhere);
    CPPUNIT_TEST_SUITE_END();

    static std::string destination(const std::string& query) { return destinationOf(PostAuthAction::parse(http::Parameters::parse(query).value())); }

public:
    void leadsToThePagesOfTheSheet() {
        const std::string id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        const std::pair<std::string, std::string> rows[] = {
            {"kind=continue_authorization_grant&id=" + id, "/consent/" + id}, {"kind=continue_device_code_grant&id=" + id, "/device/" + id},
            {"kind=continue_compat_sso_login&id=" + id, "/complete-compat-sso/" + id}, {"kind=link_upstream&id=" + id, "/upstream/link/" + id},
            {"kind=change_password", "/account/password/change"}, {"kind=manage_account", "/account/"},
            {"kind=manage_account&action=profile", "/account/?action=profile"},
            {"kind=manage_account&action=session_view&device_id=A%2FB", "/account/?action=session_view&device_id=A%2FB"}, {"", "/"}};
        for (const auto& [query, path] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(query, path, destination(query));
    }
    void survivesAsParameters() {
        const auto action = PostAuthAction::parse(http::Parameters::parse("kind=manage_account&action=a%26b&device_id=D").value());
        CPPUNIT_ASSERT_EQUAL(std::string("/login?kind=manage_account&action=a%26b&device_id=D"), action->appendedTo("/login"));
    }
    void attack12_neverLeadsElsewhere() {
        for (const char* query : {"kind=continue_authorization_grant&id=//evil.example", "kind=continue_authorization_grant&id=01ARZ3NDEKTSV4RRFFQ69G5FAV/../x", "kind=continue_authorization_grant",
                                  "kind=https://evil.example", "kind=link_upstream&id=%5c%5cevil.example", "redirect=https://evil.example", "kind=manage_account%00"}) {
            const auto parameters = http::Parameters::parse(query);
            if (!parameters) continue;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, std::string("/"), destinationOf(PostAuthAction::parse(*parameters)));
        }
        CPPUNIT_ASSERT(destination("kind=manage_account&action=//evil.example%0d%0aX:y").starts_with("/account/?action=%2F%2Fevil.example%0D%0A"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PostAuthActionTest);

}  // namespace latchkey::account
