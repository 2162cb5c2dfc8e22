// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_host.h"

#include "kernel/config/yaml.h"
#include "kernel/deadline.h"
#include "kernel/error.h"
#include "tests/plugins/fixtures/journal.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

namespace latchkey {

class PluginHostTest : public CppUnit::TestFixture, private fixtures::Journal {
    CPPUNIT_TEST_SUITE(PluginHostTest);
    CPPUNIT_TEST(leadsAPluginThroughItsLife);
    CPPUNIT_TEST(loadsAPluginByItsPath);
    CPPUNIT_TEST(saysWhereItLookedForAPlugin);
    CPPUNIT_TEST(attack32_refusesAFileWithoutADescriptor);
    CPPUNIT_TEST(attack32_refusesAnotherApi);
    CPPUNIT_TEST(attack32_refusesAnotherBuild);
    CPPUNIT_TEST(refusesWhatWasBuiltBeforeAHeaderChanged);
    CPPUNIT_TEST(refusesAShippedPluginOfAnotherVersion);
    CPPUNIT_TEST(attack32_refusesADescriptorOfAnotherSize);
    CPPUNIT_TEST(attack32_refusesAMissingSymbolAtLoad);
    CPPUNIT_TEST(refusesAManifestWithoutTheClass);
    CPPUNIT_TEST(refusesWhatIsNoSharedObject);
    CPPUNIT_TEST(refusesTwoPluginsOfOneName);
    CPPUNIT_TEST(namesThePluginThatThrowsInConfigure);
    CPPUNIT_TEST(attack32_rollsBackWhenAPluginThrowsInStart);
    CPPUNIT_TEST(attack32_rollsBackWhenAPluginThrowsSomethingElse);
    CPPUNIT_TEST(saysWhichServiceNobodyOffers);
    CPPUNIT_TEST(refusesOffersAfterTheStart);
    CPPUNIT_TEST(stopsWhatRunsWhenItIsDestroyed);
    CPPUNIT_TEST(refusesTwoOffersWhereOneIsNeeded);
    CPPUNIT_TEST(startsCustomPluginsBeforeTheFront);
    CPPUNIT_TEST(refusesUnknownNamesUnderEnabled);
    CPPUNIT_TEST(takesPluginsOutByNamingTheOthers);
    CPPUNIT_TEST_SUITE_END();

    std::vector<std::string> lines_;
    void write(const std::string& line) override { lines_.push_back(line); }

    static void load(PluginHost& host, const std::string& name) { host.load({.plugin = name, .group = PluginGroup::base, .mark = {}}, {FIXTURES}); }
    void offerJournal(PluginHost& host) { host.services().offer<fixtures::Journal>(*this); }

    static std::string refusal(const std::string& name) {
        PluginHost host;
        try {
            load(host, name);
        } catch (const PluginError& error) {
            return error.what();
        }
        return "was not refused";
    }
    static void assertHolds(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE("`" + text + "` does not say `" + part + "`", text.find(part) != std::string::npos);
    }
    static std::string startFailure(PluginHost& host) {
        try {
            host.start(PluginGroup::base);
        } catch (const PluginError& error) {
            return error.what();
        }
        return "did not fail";
    }
    static PluginSelection select(const std::string& yaml, config::Problems& problems) {
        config::Tree tree;
        tree.merge(config::parseYaml(yaml, "config.yaml", problems));
        return PluginSelection::parse(config::Section(tree, problems));
    }
    static std::string namesOf(const PluginSelection& selection) {
        std::string names;
        for (const auto& choice : selection.choices) names += choice.plugin + " ";
        return names;
    }

public:
    void leadsAPluginThroughItsLife() {
        PluginHost host;
        load(host, "good");
        offerJournal(host);
        config::Problems problems;
        config::Tree tree;
        tree.merge(config::parseYaml("good: {greeting: salve}", "config.yaml", problems));
        host.configure(config::Section(tree, problems));
        host.start(PluginGroup::serve);
        CPPUNIT_ASSERT(lines_.empty());
        host.start(PluginGroup::base);
        host.drain(Deadline(1000));
        host.stop();
        host.stop();
        CPPUNIT_ASSERT((lines_ == std::vector<std::string>{"good started: salve", "good drained", "good stopped"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), host.list().at(0).version);
    }

    void loadsAPluginByItsPath() {
        PluginHost host;
        load(host, std::filesystem::relative(FIXTURES "/good.so").string());
        CPPUNIT_ASSERT_EQUAL(std::string(FIXTURES "/good.so"), host.list().at(0).path);
    }

    void saysWhereItLookedForAPlugin() { assertHolds(refusal("unheard-of"), "there is no unheard-of.so in " FIXTURES); }
    void attack32_refusesAFileWithoutADescriptor() { assertHolds(refusal("no-descriptor"), "is not a plugin of this server"); }
    void attack32_refusesAnotherApi() { assertHolds(refusal("old-api"), "speaks plugin API 8, this server speaks 1: rebuild it"); }
    void attack32_refusesAnotherBuild() { assertHolds(refusal("other-build"), "was built with `gcc-3 abi-1002 c++199711`, this server with"); }
    void refusesWhatWasBuiltBeforeAHeaderChanged() { assertHolds(refusal("other-headers"), "other-headers.so: was built with other headers of Latchkey (0123456789abcdef) than this server ("); }
    void refusesAShippedPluginOfAnotherVersion() {
        std::filesystem::create_directories(FIXTURES "/other-version");
        std::filesystem::copy_file(FIXTURES "/good.so", FIXTURES "/other-version/health.so", std::filesystem::copy_options::overwrite_existing);
        PluginHost host;
        try {
            host.load({.plugin = "health", .group = PluginGroup::serve, .mark = {}}, {FIXTURES "/other-version"});
            CPPUNIT_FAIL("was not refused");
        } catch (const PluginError& error) {
            assertHolds(error.what(), "health.so: is of version 1.2.3, and this server of ");
        }
    }
    void attack32_refusesADescriptorOfAnotherSize() { assertHolds(refusal("short-descriptor"), "has a descriptor of 16 bytes"); }
    void attack32_refusesAMissingSymbolAtLoad() { assertHolds(refusal("missing-symbol"), "nowhere"); }
    void refusesAManifestWithoutTheClass() { assertHolds(refusal("no-class"), "no class named plugin"); }
    void refusesWhatIsNoSharedObject() { assertHolds(refusal(__FILE__), "cannot be loaded"); }

    void refusesTwoPluginsOfOneName() {
        PluginHost host;
        load(host, "good");
        try {
            load(host, "good-twin");
            CPPUNIT_FAIL("was not refused");
        } catch (const PluginError& error) {
            assertHolds(error.what(), "good-twin.so: is named good, and so is " FIXTURES "/good.so");
        }
    }

    void namesThePluginThatThrowsInConfigure() {
        PluginHost host;
        load(host, "throws-in-configure");
        config::Problems problems;
        const config::Tree tree;
        try {
            host.configure(config::Section(tree, problems));
            CPPUNIT_FAIL("did not throw");
        } catch (const PluginError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("plugin throws-in-configure failed to read its configuration: no such planet"), std::string(error.what()));
        }
    }

    void attack32_rollsBackWhenAPluginThrowsInStart() {
        PluginHost host;
        load(host, "good");
        load(host, "throws-in-start");
        offerJournal(host);
        CPPUNIT_ASSERT_EQUAL(std::string("plugin throws-in-start failed to start: the engine is cold"), startFailure(host));
        CPPUNIT_ASSERT((lines_ == std::vector<std::string>{"good started: ", "good stopped"}));
        host.stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, lines_.size());
    }

    void attack32_rollsBackWhenAPluginThrowsSomethingElse() {
        PluginHost host;
        load(host, "good");
        load(host, "throws-int");
        offerJournal(host);
        assertHolds(startFailure(host), "plugin throws-int failed to start: it threw something that is not a std::exception");
        CPPUNIT_ASSERT_EQUAL(std::string("good stopped"), lines_.back());
    }

    void saysWhichServiceNobodyOffers() {
        PluginHost host;
        load(host, "needs-nobody");
        assertHolds(startFailure(host), "plugin needs-nobody needs fixtures.Unicorn/1, and no plugin started before it offers that");
    }

    void refusesOffersAfterTheStart() {
        PluginHost host;
        load(host, "offers-late");
        offerJournal(host);
        host.start(PluginGroup::base);
        host.freeze();
        host.stop();
        CPPUNIT_ASSERT((lines_ == std::vector<std::string>{"offers-late was refused"}));
    }

    void stopsWhatRunsWhenItIsDestroyed() {
        {
            PluginHost host;
            load(host, "good");
            offerJournal(host);
            host.start(PluginGroup::base);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("good stopped"), lines_.back());
    }

    void refusesTwoOffersWhereOneIsNeeded() {
        PluginHost host;
        load(host, "good");
        offerJournal(host);
        offerJournal(host);
        assertHolds(startFailure(host), "offer fixtures.Journal/1, and only one may");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, host.services().all<fixtures::Journal>().size());
    }

    void startsCustomPluginsBeforeTheFront() {
        config::Problems problems;
        const auto selection = select("plugins:\n  directories: [/opt/custom]\n  extra:\n  - hello\n  - {plugin: /x/ldap.so, group: base}\n", problems);
        CPPUNIT_ASSERT(!problems.failed());
        CPPUNIT_ASSERT_EQUAL(std::string("site-config secrets embedded-postgres storage-postgres client-sync passwords rate-limits outgoing-http homeserver-synapse homeserver-webhook email-blackhole email-sendmail email-smtp policy-builtin policy-opa captcha-pow manage events-log events-postgres events-webhook /x/ldap.so homeserver email events mails jobs hello oauth2 account compat health metrics http "), namesOf(selection));
        CPPUNIT_ASSERT_EQUAL(std::string("/opt/custom"), selection.directories.at(0));
    }

    void refusesUnknownNamesUnderEnabled() {
        config::Problems problems;
        select("plugins:\n  enabled: [http, htpp]\n  extra: [{name: x}]\n", problems);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, problems.errors().size());
        assertHolds(problems.errors()[0], "config.yaml:2: plugins.enabled: `htpp` is none of the plugins that ship");
        assertHolds(problems.errors()[1], "config.yaml:3: plugins.extra: plugins.extra[0].name is not understood");
    }

    void takesPluginsOutByNamingTheOthers() {
        config::Problems problems;
        CPPUNIT_ASSERT_EQUAL(std::string("storage-postgres http "), namesOf(select("plugins: {enabled: [http, storage-postgres]}", problems)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginHostTest);

}  // namespace latchkey
