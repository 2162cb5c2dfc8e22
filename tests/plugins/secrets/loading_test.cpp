// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/loading.h"
#include "tests/plugins/secrets/fixture.h"

#include <filesystem>

namespace latchkey::secrets {

class SecretsLoadingTest : public SecretsFixture {
    CPPUNIT_TEST_SUITE(SecretsLoadingTest);
    CPPUNIT_TEST(putsTheDirectoryInFrontOfTheList);
    CPPUNIT_TEST(followsLinksAndPassesDirectoriesOver);
    CPPUNIT_TEST(takesKidsFromTheListOrTheKey);
    CPPUNIT_TEST(readsPasswordsAsTheyAre);
    CPPUNIT_TEST(namesEveryKeyThatCannotBeUsed);
    CPPUNIT_TEST(saysWhenTheDirectoryCannotBeRead);
    CPPUNIT_TEST(readsTheEncryptionKeyOfAFileAsItIs);
    CPPUNIT_TEST_SUITE_END();

    std::string kids(const std::string& members) {
        std::string all;
        for (const jose::Key& key : readKeys(parse(members))) all += key.kid() + "\n";
        return all;
    }
    std::string problems(const std::string& members) {
        const Config config = parse(members);
        return failure([&] { readKeys(config); });
    }
    // As kids() gives them for these keys of the vectors.
    static std::string thumbprints(std::initializer_list<int> indices) {
        std::string all;
        for (const int index : indices) all.append(jose::test::kKeys[index].thumbprint).append("\n");
        return all;
    }

    void writeDirectory() const {
        std::filesystem::create_directory(directory_ / "keys");
        directory_.write("keys/2.pem", jose::test::kRsaPkcs8);
        directory_.write("keys/10.pem", jose::test::kP384Sec1);
    }

public:
    void putsTheDirectoryInFrontOfTheList() {
        writeDirectory();
        equal(thumbprints({2, 0, 1}),
              kids("keys:\n- key_file: " + directory_.write("a.pem", jose::test::kP256Pkcs8) + "\nkeys_dir: " + directory_ / "keys"));
        equal("", kids("keys: []"));
    }

    // As Kubernetes mounts secrets: ..data is a link to a directory, the names are links into it.
    void followsLinksAndPassesDirectoriesOver() {
        std::filesystem::create_directories(directory_ / "keys/..2026");
        directory_.write("keys/..2026/ed.pem", jose::test::kEd25519);
        std::filesystem::create_directory_symlink("..2026", directory_ / "keys/..data");
        std::filesystem::create_symlink("..data/ed.pem", directory_ / "keys/ed.pem");
        equal(thumbprints({5}), kids("keys_dir: " + directory_ / "keys"));
    }

    void takesKidsFromTheListOrTheKey() {
        const std::string file = directory_.write("a.pem", jose::test::kP256Pkcs8);
        equal("one\n" + thumbprints({1, 1}), kids("keys:\n- {kid: one, key_file: " + file + "}\n- {key_file: " + file + "}\n- {kid: '', key_file: " + file + "}"));
    }

    void readsPasswordsAsTheyAre() {
        const std::string key = directory_.write("a.pem", jose::test::kP256Encrypted);
        const std::string item = "keys:\n- {key_file: " + key + ", password_file: ";
        equal(thumbprints({1}), kids(item + directory_.write("right", "hunter2") + "}"));
        holds(problems(item + directory_.write("newline", "hunter2\n") + "}"), "/newline is taken as a part of the password");
        equal(thumbprints({1}), kids("keys:\n- {key_file: " + key + ", password: hunter2}"));
    }

    void namesEveryKeyThatCannotBeUsed() {
        writeDirectory();
        directory_.write("keys/3.pem", jose::test::kP256Encrypted);
        directory_.write("keys/4.txt", "hello");
        const std::string good = directory_.write("good.pem", jose::test::kP256Pkcs8);
        const std::string said = problems("keys_dir: " + directory_ / "keys" + "\nkeys:\n- {key_file: /no/such/file}\n- {key_file: " + good + ", password: x}\n- {key_file: " + good + "}");
        holds(said, "secrets.keys_dir: " + directory_ / "keys/3.pem" + " is encrypted, and no password is given");
        holds(said, "secrets.keys_dir: " + directory_ / "keys/4.txt" + " is no private key");
        holds(said, "secrets.keys[0].key_file: cannot open /no/such/file");
        holds(said, "secrets.keys[1].key_file: " + good + " is not encrypted, but a password is given");
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{3}, std::count(said.begin(), said.end(), '\n'));
    }

    void saysWhenTheDirectoryCannotBeRead() {
        const std::string said = problems("keys_dir: /no/such/directory\nkeys: [{key_file: /no/such/file}]");
        holds(said, "secrets.keys_dir: cannot read /no/such/directory: No such file");
        holds(said, "secrets.keys[0].key_file: cannot open /no/such/file");
    }

    void readsTheEncryptionKeyOfAFileAsItIs() {
        const auto read = [this](const std::string& content) {
            return readEncryptionKey(Config::parse(root("secrets: {encryption_file: " + directory_.write("encryption", content) + "}")));
        };
        equal(kEncryption, read(kEncryption));
        holds(failure([&] { read(kEncryption + std::string("\n")); }), "There is a newline at the end");
        holds(failure([&] { read("abc"); }), "secrets.encryption_file: " + directory_ / "encryption" + " must be 64 hexadecimal digits");
        const Config config = Config::parse(root("secrets: {encryption_file: /no/such/file}"));
        holds(failure([&] { readEncryptionKey(config); }), "secrets.encryption_file: cannot open /no/such/file");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsLoadingTest);

}  // namespace latchkey::secrets
