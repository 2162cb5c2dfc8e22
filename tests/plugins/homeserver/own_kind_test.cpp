// SPDX-License-Identifier: Apache-2.0
#include "domain/homeserver.h"
#include "kernel/command.h"
#include "kernel/config/yaml.h"
#include "kernel/plugin_host.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::homeserver {

class OwnKindTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnKindTest);
    CPPUNIT_TEST(takesTheKindOfACustomPlugin);
    CPPUNIT_TEST(refusesAKindThatNobodyCanBring);
    CPPUNIT_TEST(startsButDoesNotServeWithAKindThatNobodyBrings);
    CPPUNIT_TEST_SUITE_END();

    config::Tree tree_;
    config::Problems problems_;

    // As the process does it: in the order that the selection gives.
    Homeserver& started(PluginHost& host, const std::string& kind) {
        tree_.merge(config::parseYaml("plugins: {enabled: [homeserver], directories: [" PLUGINS "], extra: [{plugin: " FIXTURE ", group: base}]}\n"
                                      "matrix: {secret: x, kind: " + kind + "}\n", "config.yaml", problems_));
        const config::Section root(tree_, problems_);
        const PluginSelection selection = PluginSelection::parse(root);
        for (const PluginChoice& choice : selection.choices) host.load(choice, selection.directories);
        host.configure(root);
        CPPUNIT_ASSERT(!problems_.failed());
        host.start(PluginGroup::base);
        return host.services().need<Homeserver>();
    }

public:
    void takesTheKindOfACustomPlugin() {
        PluginHost host;
        CPPUNIT_ASSERT(started(host, "own").availability("alice", {}) == LocalpartAvailability::taken);
        host.services().need<StartupTask>().run({});
    }

    void refusesAKindThatNobodyCanBring() {
        tree_.merge(config::parseYaml("plugins: {enabled: [homeserver], directories: [" PLUGINS "]}\n"
                                      "matrix: {secret: '', kind: synpase, homeserver: 'https://example.com'}\n", "config.yaml", problems_));
        const config::Section root(tree_, problems_);
        const PluginSelection selection = PluginSelection::parse(root);
        PluginHost host;
        for (const PluginChoice& choice : selection.choices) host.load(choice, selection.directories);
        host.configure(root);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), problems_.errors().size());
        CPPUNIT_ASSERT(problems_.errors()[0].starts_with("config.yaml:2: matrix.secret: must not be empty"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), problems_.warnings().size());
        CPPUNIT_ASSERT(problems_.warnings()[0].starts_with("config.yaml:2: matrix.homeserver: is no server name"));
        CPPUNIT_ASSERT(problems_.errors()[1].starts_with("config.yaml:2: matrix.kind: `synpase` is none of `synapse`, "));
    }

    void startsButDoesNotServeWithAKindThatNobodyBrings() {
        PluginHost host;
        CPPUNIT_ASSERT_THROW(started(host, "other").availability("alice", {}), HomeserverError);
        try {
            host.services().need<StartupTask>().run({});
            CPPUNIT_FAIL("it would serve");
        } catch (const Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("matrix.kind: there is no `other`; the plugins that are loaded offer: own"), std::string(error.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OwnKindTest);

}  // namespace latchkey::homeserver
