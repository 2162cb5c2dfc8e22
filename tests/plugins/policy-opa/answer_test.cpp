// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/answer.h"

#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::opa {

class AnswerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswerTest);
    CPPUNIT_TEST(anEmptyListAllows);
    CPPUNIT_TEST(readsViolations);
    CPPUNIT_TEST(readsWhatAGrantMayHave);
    CPPUNIT_TEST(refusesWhatItDoesNotUnderstand);
    CPPUNIT_TEST(attack28_neverGrantsMoreThanWasAskedFor);
    CPPUNIT_TEST(attack30_boundsTheDepth);
    CPPUNIT_TEST_SUITE_END();

    const Scope asked_{std::vector<std::string>{"email", "openid"}};

    std::string refusal(const std::string& body) const {
        try {
            decisionOf(body, asked_);
            return "accepted";
        } catch (const Error& error) {
            return error.what();
        }
    }
    void expectRefusal(const std::string& body, const char* why) const {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body, "OPA's answer cannot be used: " + std::string(why), refusal(body));
    }

    void anEmptyListAllows() {
        for (const char* body : {R"({"result":[]})", R"({"decision_id":"x","result":[]})", R"({"result":{"violations":[]}})"}) {
            const GrantDecision decision = decisionOf(body, asked_);
            CPPUNIT_ASSERT(decision.violations.empty() && decision.consent == GrantDecision::Consent::ask && !decision.scope && !decision.accessTokenLifetime);
            CPPUNIT_ASSERT(violationsOf(body).empty());
        }
    }

    void readsViolations() {
        const auto found = violationsOf(R"({"result":[{"msg":"a"},{"msg":"b","code":"too-many-sessions","need_to_remove":3},{"msg":"c","code":"own-code","field":"username"},)"
                                        R"({"msg":"d","redirect_uri":"https://x/"},{"msg":"invalid redirect_uri"},{"msg":"e","code":null,"field":null}]})");
        const PolicyViolations expected = {{"a", {}, {}, false, {}}, {"b", "too-many-sessions", {}, false, 3}, {"c", {}, "username", false, {}},
                                           {"d", {}, {}, true, {}},  {"invalid redirect_uri", {}, {}, true, {}}, {"e", {}, {}, false, {}}};
        CPPUNIT_ASSERT(expected == found);
    }

    void readsWhatAGrantMayHave() {
        const GrantDecision decision = decisionOf(R"({"result":{"violations":[],"consent":"skip","scope":"openid","access_token_lifetime":60}})", asked_);
        CPPUNIT_ASSERT(decision.consent == GrantDecision::Consent::skip);
        CPPUNIT_ASSERT(decision.scope == Scope({"openid"}));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(60'000'000), decision.accessTokenLifetime.value().us);
        CPPUNIT_ASSERT(decisionOf(R"({"result":{"violations":[],"consent":"remember"}})", asked_).consent == GrantDecision::Consent::remember);
        CPPUNIT_ASSERT(decisionOf(R"({"result":{"violations":[],"scope":["openid","email"]}})", asked_).scope == asked_);
        CPPUNIT_ASSERT(decisionOf(R"({"result":{"violations":[],"scope":""}})", asked_).scope == Scope());
    }

    void refusesWhatItDoesNotUnderstand() {
        expectRefusal("", "it is not JSON");
        expectRefusal("<html>", "it is not JSON");
        expectRefusal("[]", "it is not an object");
        expectRefusal("{}", "it has no `result`: OPA knows no rule of this name");
        for (const char* result : {"null", "true", "false", "5", "\"\""}) expectRefusal("{\"result\":" + std::string(result) + "}", "the violations are not a list");
        expectRefusal(R"({"result":["no"]})", "a violation is not an object");
        expectRefusal(R"({"result":[null]})", "a violation is not an object");
        expectRefusal(R"({"result":[{}]})", "a violation has no `msg`");
        expectRefusal(R"({"result":[{"msg":5}]})", "`msg` is not a string");
        expectRefusal(R"({"result":[{"msg":"a","code":5}]})", "`code` is not a string");
        expectRefusal(R"({"result":[{"msg":"a","need_to_remove":"5"}]})", "`need_to_remove` is not a whole number");
        expectRefusal(R"({"result":{}})", "it has no `violations`");
        expectRefusal(R"({"result":{"violation":[]}})", "`violation` is not understood");
        expectRefusal(R"({"result":{"violations":[],"allow":true}})", "`allow` is not understood");
        expectRefusal(R"({"result":{"violations":null}})", "the violations are not a list");
        expectRefusal(R"({"result":{"violations":[],"consent":"never"}})", "`consent` is none of ask, remember, skip");
        expectRefusal(R"({"result":{"violations":[],"consent":true}})", "`consent` is not a string");
        expectRefusal(R"({"result":{"violations":[],"scope":"openid  email"}})", "`scope` is malformed");
        expectRefusal(R"({"result":{"violations":[],"scope":[5]}})", "`scope` is not a list of strings");
        for (const char* lifetime : {"0", "-1", "31536001"}) {
            expectRefusal(R"({"result":{"violations":[],"access_token_lifetime":)" + std::string(lifetime) + "}}", "`access_token_lifetime` is out of range");
        }
        expectRefusal(R"({"result":{"violations":[],"access_token_lifetime":1.5}})", "`access_token_lifetime` is not a whole number");
    }

    void attack28_neverGrantsMoreThanWasAskedFor() {
        for (const char* scope : {R"("openid urn:mas:admin")", R"(["email","openid","profile"])", R"("urn:mas:admin")"}) {
            expectRefusal(R"({"result":{"violations":[],"scope":)" + std::string(scope) + "}}", "`scope` is more than what was asked for");
        }
    }

    void attack30_boundsTheDepth() { expectRefusal("{\"result\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}", "it is not JSON"); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerTest);

}  // namespace latchkey::opa
