// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/secrets/fixture.h"

#include "plugins/secrets/generator.h"

namespace latchkey::secrets {

class SecretsConfigTest : public SecretsFixture {
    CPPUNIT_TEST_SUITE(SecretsConfigTest);
    CPPUNIT_TEST(readsTheWholeSection);
    CPPUNIT_TEST(opensNoFile);
    CPPUNIT_TEST(wantsTheSectionAndAnEncryptionKey);
    CPPUNIT_TEST(reportsEveryProblemOfTheList);
    CPPUNIT_TEST(triesKeysThatAreWrittenInline);
    CPPUNIT_TEST(neverShowsASecret);
    CPPUNIT_TEST(generatesWhatItReads);
    CPPUNIT_TEST_SUITE_END();

    void problemsAre(const std::vector<std::string>& parts, const std::string& yaml) {
        Config::parse(root(yaml));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(yaml, parts.size(), problems_.errors().size());
        for (std::size_t i = 0; i < parts.size(); ++i) holds(problems_.errors()[i], parts[i]);
    }

public:
    void readsTheWholeSection() {
        const Config config = parse("keys_dir: keys\nkeys:\n- kid: a\n  key_file: a.pem\n  password: hunter2\n- key_file: b.pem\n  password_file: b.txt");
        equal(kEncryption, config.encryption.value->reveal());
        equal("keys", config.keysDir.value());
        equal("secrets.keys[1]", config.keys[1].where);
        equal("a", config.keys[0].kid.value());
        equal("hunter2", config.keys[0].password.value->reveal());
        equal("b.txt", config.keys[1].password.file.value());
        CPPUNIT_ASSERT(problems_.warnings().empty());
    }

    void opensNoFile() { problemsAre({}, "secrets: {encryption_file: /no/such/file, keys_dir: /no/such/dir, keys: [{key_file: /no/such/key, password_file: /nor/this}]}"); }

    void wantsTheSectionAndAnEncryptionKey() {
        problemsAre({"secrets"}, "matrix: {}");
        problemsAre({"one of `encryption` and `encryption_file`"}, "secrets: {}");
        problemsAre({"exclusive"}, "secrets: {encryption: " + std::string(kEncryption) + ", encryption_file: x}");
        problemsAre({}, "secrets: {encryption: " + std::string(kEncryption) + ", keys: }");
        for (const char* bad : {"abc", "''", "5", "g0112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978"}) {
            problemsAre({"secrets.encryption"}, std::string("secrets: {encryption: ") + bad + "}");
        }
    }

    void reportsEveryProblemOfTheList() {
        problemsAre({"secrets.keys[0]", "secrets.keys[1]", "secrets.keys[2].kid"},
                    "secrets: {encryption: " + std::string(kEncryption) + ", keys: [{kid: a}, {key_file: a, password: b, password_file: c}, {key_file: a, kid: 5}]}");
    }

    void triesKeysThatAreWrittenInline() {
        const std::string head = "secrets:\n  encryption: " + std::string(kEncryption) + "\n  keys:\n  - key: |\n";
        problemsAre({}, head + indented(jose::test::kP256Sec1, 6));
        problemsAre({"secrets.keys[0].key: is an RSA key of 1024 bits"}, head + indented(jose::test::kWeakRsa, 6));
        problemsAre({"no password is given"}, head + indented(jose::test::kP256Encrypted, 6));
        problemsAre({}, head + indented(jose::test::kP256Encrypted, 6) + "    password: hunter2\n");
        problemsAre({}, head + indented(jose::test::kP256Encrypted, 6) + "    password_file: /no/such/file\n");
    }

    void neverShowsASecret() {
        Config::parse(root("secrets: {encryption: s3cret, keys: [{key: s3cret, password: s3cret}]}"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, problems_.errors().size());
        for (const std::string& problem : problems_.errors()) CPPUNIT_ASSERT_MESSAGE(problem, problem.find("s3cret") == std::string::npos);
    }

    void generatesWhatItReads() {
        config::Node file = config::Node::mapping();
        file.set("secrets", SecretsGenerator().generate());
        const Config config = Config::parse(root(config::writeYaml(file)));
        CPPUNIT_ASSERT(!problems_.failed());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, config.keys.size());
        for (const char c : config.encryption.value->reveal()) CPPUNIT_ASSERT(std::isdigit(static_cast<unsigned char>(c)) != 0 || (c >= 'a' && c <= 'f'));
        holds(config.keys[0].key.value->reveal(), "BEGIN RSA PRIVATE KEY");
        for (std::size_t i = 1; i < 4; ++i) holds(config.keys[i].key.value->reveal(), "BEGIN EC PRIVATE KEY");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsConfigTest);

}  // namespace latchkey::secrets
