// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/jws.h"
#include "plugins/secrets/key_store.h"
#include "tests/plugins/secrets/fixture.h"

#include <atomic>
#include <filesystem>
#include <thread>

namespace latchkey::secrets {

class SecretsReloadTest : public SecretsFixture {
    CPPUNIT_TEST_SUITE(SecretsReloadTest);
    CPPUNIT_TEST(signsWithAKeyThatWasAdded);
    CPPUNIT_TEST(takesAllOrNothing);
    CPPUNIT_TEST(hasNoKeysBeforeItCouldReadThem);
    CPPUNIT_TEST(keepsASetForWhoHoldsIt);
    CPPUNIT_TEST(logsWhatChangedAndNoKey);
    CPPUNIT_TEST(replacesTheSetUnderReaders);
    CPPUNIT_TEST_SUITE_END();

    FileKeyStore store() {
        std::filesystem::create_directories(directory_ / "keys");
        return FileKeyStore(parse("keys_dir: " + directory_ / "keys"));
    }

public:
    void signsWithAKeyThatWasAdded() {
        FileKeyStore keys = store();
        directory_.write("keys/1.pem", jose::test::kP256Sec1);
        keys.reload();
        const auto before = keys.keys();
        const std::string old = jose::sign(*before->signingKey(jose::Algorithm::es256), jose::Algorithm::es256, "x");
        directory_.write("keys/2.pem", jose::test::kWithParameters);
        keys.reload();
        const auto after = keys.keys();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, after->keys().size());
        CPPUNIT_ASSERT(after->signingKey(jose::Algorithm::es256)->kid() != jose::test::kKeys[1].thumbprint);
        CPPUNIT_ASSERT(jose::Jws::parse(old)->verify(after->keys()));
        CPPUNIT_ASSERT(jose::Jws::parse(jose::sign(*after->signingKey(jose::Algorithm::es256), jose::Algorithm::es256, "x"))->verify(after->keys()));
    }

    void takesAllOrNothing() {
        FileKeyStore keys = store();
        directory_.write("keys/1.pem", jose::test::kP256Sec1);
        keys.reload();
        const std::string before = keys.keys()->publicJson();
        directory_.write("keys/2.pem", jose::test::kEd25519);
        directory_.write("keys/3.pem", "half a key");
        holds(failure([&] { keys.reload(); }), "keys/3.pem");
        equal(before, keys.keys()->publicJson());
        std::filesystem::remove(directory_ / "keys/3.pem");
        keys.reload();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, keys.keys()->keys().size());
    }

    void hasNoKeysBeforeItCouldReadThem() {
        FileKeyStore keys = store();
        holds(failure([&] { keys.keys(); }), "secrets.keys");
        keys.reload();
        equal("{\"keys\":[]}", keys.keys()->publicJson());
    }

    void keepsASetForWhoHoldsIt() {
        FileKeyStore keys = store();
        directory_.write("keys/1.pem", jose::test::kP256Sec1);
        keys.reload();
        const auto held = keys.keys();
        const jose::Key* key = held->signingKey(jose::Algorithm::es256);
        std::filesystem::remove(directory_ / "keys/1.pem");
        keys.reload();
        CPPUNIT_ASSERT(keys.keys()->keys().empty());
        CPPUNIT_ASSERT(jose::Jws::parse(jose::sign(*key, jose::Algorithm::es256, "x"))->verify(held->keys()));
    }

    void logsWhatChangedAndNoKey() {
        FileKeyStore keys = store();
        directory_.write("keys/1.pem", jose::test::kP256Sec1);
        keys.reload();
        const std::string kid = keys.keys()->keys()[0].kid();
        holds(logged_, "added=" + kid);
        logged_.clear();
        keys.reload();
        equal("", logged_);
        std::filesystem::remove(directory_ / "keys/1.pem");
        keys.reload();
        holds(logged_, "removed=" + kid);
        CPPUNIT_ASSERT(logged_.find("PRIVATE KEY") == std::string::npos);
    }

    void replacesTheSetUnderReaders() {
        FileKeyStore keys = store();
        directory_.write("keys/1.pem", jose::test::kP256Sec1);
        keys.reload();
        std::atomic<bool> over{false};
        std::atomic<int> wrong{0};
        std::vector<std::thread> readers;
        for (int i = 0; i < 3; ++i) {
            readers.emplace_back([&] {
                while (!over) {
                    const auto held = keys.keys();
                    const std::string jws = jose::sign(*held->signingKey(jose::Algorithm::es256), jose::Algorithm::es256, "x");
                    if (!jose::Jws::parse(jws)->verify(held->keys())) ++wrong;
                }
            });
        }
        for (int i = 0; i < 50; ++i) keys.reload();
        over = true;
        for (std::thread& reader : readers) reader.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SecretsReloadTest);

}  // namespace latchkey::secrets
