// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encrypter.h"
#include "domain/jose/key_set.h"
#include "kernel/command.h"
#include "kernel/plugin.h"
#include "kernel/plugin_host.h"
#include "tests/plugins/secrets/fixture.h"

namespace latchkey::secrets {

/// The plugin as it ships.
class SecretsPluginTest : public SecretsFixture {
    CPPUNIT_TEST_SUITE(SecretsPluginTest);
    CPPUNIT_TEST(offersEncryptionAndKeys);
    CPPUNIT_TEST(readsKeysAgainOnReload);
    CPPUNIT_TEST(letsOnlyTheServerFailOverSecretsThatCannotBeRead);
    CPPUNIT_TEST(warnsOfASetWithoutRs256);
    CPPUNIT_TEST_SUITE_END();

    PluginHost host_;

    Services& start(const std::string& members) {
        host_.load({.plugin = "secrets", .group = PluginGroup::base, .mark = {}}, {PLUGINS});
        host_.configure(root("secrets:\n" + indented(members, 2)));
        CPPUNIT_ASSERT_MESSAGE(problems_.failed() ? problems_.errors()[0] : "", !problems_.failed());
        host_.start(PluginGroup::base);
        return host_.services();
    }
    static void runTasks(Services& services) {
        for (StartupTask* each : services.all<StartupTask>()) each->run(Arguments());
    }
    static std::string encryption() { return "encryption: " + std::string(kEncryption) + "\n"; }

public:
    void tearDown() override {
        host_.stop();
        SecretsFixture::tearDown();
    }

    void offersEncryptionAndKeys() {
        Services& services = start(encryption() + "keys:\n- {kid: r, key_file: " + directory_.write("r.pem", jose::test::kRsaPkcs1) + "}");
        runTasks(services);
        equal("hello", services.need<Encrypter>().decrypt(Encrypter(kEncryption).encrypt("hello")).value());
        equal("r", services.need<jose::KeyStore>().keys()->signingKey(jose::Algorithm::rs256)->kid());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, services.all<DoctorCheck>().size());
        CPPUNIT_ASSERT_MESSAGE(logged_, logged_.find("WARN") == std::string::npos && logged_.find("ERROR") == std::string::npos);
    }

    void readsKeysAgainOnReload() {
        const std::string file = directory_.write("r.pem", jose::test::kRsaPkcs1);
        Services& services = start(encryption() + "keys: [{key_file: " + file + "}]");
        directory_.write("r.pem", jose::test::kEd25519);
        for (Reloadable* each : services.all<Reloadable>()) each->reload();
        equal(jose::test::kKeys[5].thumbprint, services.need<jose::KeyStore>().keys()->keys()[0].kid());
    }

    void letsOnlyTheServerFailOverSecretsThatCannotBeRead() {
        Services& services = start("encryption_file: /no/such/encryption\nkeys: [{key_file: /no/such/key}]");
        CPPUNIT_ASSERT(services.find<Encrypter>() == nullptr);
        holds(failure([&] { services.need<jose::KeyStore>().keys(); }), "could not be read");
        const std::string said = failure([&] { runTasks(services); });
        holds(said, "/no/such/encryption");
        holds(said, "/no/such/key");
        holds(logged_, "secrets.unusable");
    }

    void warnsOfASetWithoutRs256() {
        Services& services = start(encryption() + "keys: [{key_file: " + directory_.write("e.pem", jose::test::kEd25519) + "}]");
        runTasks(services);
        holds(logged_, "secrets.no_rs256_key");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsPluginTest);

}  // namespace latchkey::secrets
