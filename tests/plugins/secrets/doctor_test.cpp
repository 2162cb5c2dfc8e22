// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/doctor.h"
#include "tests/plugins/secrets/fixture.h"

#include <filesystem>
#include <sys/stat.h>

namespace latchkey::secrets {

class SecretsDoctorTest : public SecretsFixture {
    CPPUNIT_TEST_SUITE(SecretsDoctorTest);
    CPPUNIT_TEST(isContentWithGoodKeys);
    CPPUNIT_TEST(missesAKeyForRs256);
    CPPUNIT_TEST(namesWeakAndBrokenKeys);
    CPPUNIT_TEST(noticesAnEncryptionKeyThatIsNotRandom);
    CPPUNIT_TEST(noticesIdsThatAreGivenTwice);
    CPPUNIT_TEST(noticesFilesThatOthersCanReadOrChange);
    CPPUNIT_TEST_SUITE_END();

    struct Lines final : DoctorCheck::Report {
        void ok(const std::string& what) override { oks += what + "\n"; }
        void warn(const std::string& what, const std::string& cure) override { warnings += what + " → " + cure + "\n"; }
        void fail(const std::string& what, const std::string& cure) override { failures += what + " → " + cure + "\n"; }
        std::string oks, warnings, failures;
    };
    static Lines examine(const Config& config) {
        Lines lines;
        SecretsCheck(config).run(lines);
        return lines;
    }
    std::string rsa(unsigned mode = 0600) const { return directory_.write("rsa.pem", jose::test::kRsaPkcs1, mode); }

public:
    void isContentWithGoodKeys() {
        const Lines lines = examine(parse("keys:\n- key_file: " + rsa() + "\n- key_file: " + directory_.write("ec.pem", jose::test::kP256Sec1)));
        equal("", lines.warnings + lines.failures);
        holds(lines.oks, "encryption key");
        holds(lines.oks, "2 signing keys, for RS256, RS384, RS512, PS256, PS384, PS512, ES256");
    }

    void missesAKeyForRs256() {
        holds(examine(parse("keys: []")).failures, "no signing key can do RS256");
        holds(examine(parse("keys:\n- key_file: " + directory_.write("ec.pem", jose::test::kP256Sec1))).failures, "no signing key can do RS256");
    }

    void namesWeakAndBrokenKeys() {
        const std::string failures = examine(parse("keys:\n- key_file: " + directory_.write("weak.pem", jose::test::kWeakRsa) + "\n- key_file: /no/such/file")).failures;
        holds(failures, "1024 bits");
        holds(failures, "/no/such/file");
    }

    void noticesAnEncryptionKeyThatIsNotRandom() {
        const std::string key = rsa();
        for (const std::string& digits : {std::string(64, '0'), std::string(32, 'a') + std::string(32, 'b')}) {
            holds(examine(Config::parse(root("secrets: {encryption: '" + digits + "', keys: [{key_file: " + key + "}]}"))).warnings, "not random");
        }
        holds(examine(Config::parse(root("secrets: {encryption_file: /no/such/file}"))).failures, "cannot open /no/such/file");
    }

    void noticesIdsThatAreGivenTwice() {
        const std::string key = rsa();
        holds(examine(parse("keys:\n- key_file: " + key + "\n- key_file: " + key)).warnings, jose::test::kKeys[0].thumbprint);
    }

    void noticesFilesThatOthersCanReadOrChange() {
        holds(examine(parse("keys:\n- key_file: " + rsa(0644))).warnings, "chmod o-rwx " + rsa(0644));
        holds(examine(parse("keys:\n- key_file: " + rsa(0666))).failures, "can be changed by everybody");
        equal("", examine(parse("keys:\n- key_file: " + rsa(0640))).warnings);
        std::filesystem::create_directory(directory_ / "keys");
        directory_.write("keys/rsa.pem", jose::test::kRsaPkcs1, 0604);
        holds(examine(parse("keys_dir: " + directory_ / "keys")).warnings, "keys/rsa.pem can be read by everybody");
        ::chmod((directory_ / "keys").c_str(), 0777);
        holds(examine(parse("keys_dir: " + directory_ / "keys")).failures, "keys can be changed by everybody");
        const std::string file = directory_.write("encryption", kEncryption, 0644);
        holds(examine(Config::parse(root("secrets: {encryption_file: " + file + "}"))).warnings, file + " can be read");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsDoctorTest);

}  // namespace latchkey::secrets
