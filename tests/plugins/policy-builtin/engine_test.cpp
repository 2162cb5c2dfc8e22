// SPDX-License-Identifier: Apache-2.0
#include "domain/outgoing_http.h"
#include "domain/policy/policy.h"
#include "kernel/command.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "kernel/plugin_host.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::policy {

/// `policy.engine` with the real plugins in the real host. No database is reached: storage connects with its first use.
class EngineTest : public CppUnit::TestFixture, private OutgoingHttp {
    CPPUNIT_TEST_SUITE(EngineTest);
    CPPUNIT_TEST(theBuiltInPolicyDecidesByDefault);
    CPPUNIT_TEST(opaIsAskedIfItIsTheEngine);
    CPPUNIT_TEST(aPluginOfOnesOwnDecides);
    CPPUNIT_TEST(anEngineThatNobodyOffersEndsTheStart);
    CPPUNIT_TEST(twoPoliciesAreRefused);
    CPPUNIT_TEST_SUITE_END();

    OutgoingResponse send(const OutgoingRequest& request) override {
        asked_ = request.url;
        return {.status = 200, .headers = {}, .body = R"({"result":[{"msg":"OPA says no"}]})"};
    }

    std::string asked_;
    config::Tree tree_;
    config::Problems problems_;

    // Up to where the serving plugins would look for the policy.
    Policy& started(PluginHost& host, const std::string& yaml) {
        tree_.merge(config::parseYaml(yaml, "config.yaml", problems_));
        host.services().offer<OutgoingHttp>(*this);
        for (const char* name : {"storage-postgres", "policy-builtin", "policy-opa"}) host.load({.plugin = name, .group = PluginGroup::base, .mark = {}}, {PLUGINS});
        host.load({.plugin = FIXTURE, .group = PluginGroup::base, .mark = {}}, {});
        host.configure(config::Section(tree_, problems_));
        config::reportUnknownKeys(tree_, problems_);
        CPPUNIT_ASSERT(problems_.errors().empty() && problems_.warnings().empty());
        host.start(PluginGroup::base);
        return host.services().need<Policy>();
    }
    static std::string registering(Policy& policy, const std::string& name) {
        const auto found = policy.registration({.method = "password", .username = name, .email = {}, .requester = {}});
        return found.empty() ? "" : found.at(0).message;
    }
    // The last one is policy-builtin's; those before it want a database.
    static void runStartupTask(PluginHost& host) { host.services().all<StartupTask>().back()->run({}); }

    void theBuiltInPolicyDecidesByDefault() {
        PluginHost host;
        CPPUNIT_ASSERT_EQUAL(std::string("the username must not be a number"), registering(started(host, "{}"), "123"));
    }

    void opaIsAskedIfItIsTheEngine() {
        PluginHost host;
        Policy& policy = started(host, "policy: {engine: opa, opa: {url: 'http://opa.example:8181/prefix'}}\n");
        CPPUNIT_ASSERT_EQUAL(std::string("OPA says no"), registering(policy, "alice"));
        CPPUNIT_ASSERT_EQUAL(std::string("http://opa.example:8181/prefix/v1/data/register/violation"), asked_);
        runStartupTask(host);
    }

    void aPluginOfOnesOwnDecides() {
        PluginHost host;
        Policy& policy = started(host, "policy: {engine: own}\nown_policy: {user: alice}\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), registering(policy, "alice"));
        CPPUNIT_ASSERT_EQUAL(std::string("not bob"), registering(policy, "bob"));
        runStartupTask(host);
    }

    void anEngineThatNobodyOffersEndsTheStart() {
        PluginHost host;
        CPPUNIT_ASSERT_THROW(started(host, "policy: {engine: biultin}\n"), PluginError);  // from need<Policy>()
        try {
            runStartupTask(host);
            CPPUNIT_FAIL("started");
        } catch (const PluginError& error) {
            CPPUNIT_ASSERT(std::string(error.what()).starts_with("policy.engine is `biultin`, and no plugin of that name offers a policy"));
        }
    }

    void twoPoliciesAreRefused() {
        PluginHost host;
        Policy& first = started(host, "{}");
        host.services().offer<Policy>(first);
        CPPUNIT_ASSERT_THROW(runStartupTask(host), PluginError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineTest);

}  // namespace latchkey::policy
