// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"
#include "domain/crypto/encrypter.h"
#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "plugins/captcha-pow/proof_of_work_step.h"

#include <cppunit/extensions/HelperMacros.h>
#include <set>

namespace latchkey::pow {

using Verdict = Challenges::Verdict;

class CaptchaPowTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CaptchaPowTest);
    CPPUNIT_TEST(acceptsASolution);
    CPPUNIT_TEST(attack8_refusesEverythingElse);
    CPPUNIT_TEST(asksForAsMuchWorkAsConfigured);
    CPPUNIT_TEST(expires);
    CPPUNIT_TEST(readsItsSection);
    CPPUNIT_TEST(bringsItsFilesInEveryLanguage);
    CPPUNIT_TEST_SUITE_END();

    const Encrypter encrypter_{"9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778"};
    const Encrypter other_{"00000000000000000000000000000000000000000000000000000000000000ff"};
    const Instant now_ = currentTime();
    const Ulid registration_ = newId(now_);
    const Challenges challenges_{encrypter_, 8, Duration::seconds(600)};

    std::string solution(const Challenges& challenges, const std::string& challenge) const {
        for (int number = 0;; ++number) {
            if (challenges.judge(challenge, std::to_string(number), registration_, now_) == Verdict::solved) return std::to_string(number);
        }
    }
    Verdict judged(std::string_view challenge, std::string_view number) const { return challenges_.judge(challenge, number, registration_, now_); }

    struct Read {
        config::Tree tree;
        config::Problems problems;
        Settings settings;
        explicit Read(const std::string& yaml) {
            tree.merge(config::parseYaml(yaml, "test.yaml", problems));
            settings = Settings::parse(config::Section(tree, problems));
            config::reportUnknownKeys(tree, problems);
        }
    };

public:
    void acceptsASolution() {
        const std::string challenge = challenges_.make(registration_, now_);
        CPPUNIT_ASSERT(judged(challenge, solution(challenges_, challenge)) == Verdict::solved);
    }
    void attack8_refusesEverythingElse() {
        const std::string challenge = challenges_.make(registration_, now_);
        const std::string number = solution(challenges_, challenge);
        CPPUNIT_ASSERT(challenges_.judge(challenge, number, newId(now_), now_) == Verdict::wrong);  // somebody else's
        for (const std::string& bad : {std::string(), "-" + number, "0x" + number, number + " ", std::string(13, '9'), std::string("1e9")}) CPPUNIT_ASSERT_MESSAGE(bad, judged(challenge, bad) == Verdict::wrong);
        std::string easier = challenge;
        easier.replace(easier.find(".8."), 3, ".0.");
        const std::string foreign = Challenges(other_, 8, Duration::seconds(600)).make(registration_, now_);
        for (const std::string& bad : {std::string(), std::string("."), std::string("..."), easier, challenge + "A", foreign, std::string(1000, 'x'), challenge.substr(0, challenge.rfind('.'))}) {
            CPPUNIT_ASSERT_MESSAGE(bad, judged(bad, number) == Verdict::wrong);
        }
    }
    void asksForAsMuchWorkAsConfigured() {
        int solved = 0;
        const Challenges hard(encrypter_, 12, Duration::seconds(600));
        const std::string challenge = hard.make(registration_, now_);
        for (int number = 0; number < 100'000; ++number) solved += hard.judge(challenge, std::to_string(number), registration_, now_) == Verdict::solved;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(solved), solved > 4 && solved < 60);  // 24 expected; outside of this less than once in 10^6
    }
    void expires() {
        const std::string challenge = challenges_.make(registration_, now_);
        const std::string number = solution(challenges_, challenge);
        CPPUNIT_ASSERT(challenges_.judge(challenge, number, registration_, now_ + Duration::seconds(599)) == Verdict::solved);
        CPPUNIT_ASSERT(challenges_.judge(challenge, number, registration_, now_ + Duration::seconds(600)) == Verdict::expired);
    }
    void readsItsSection() {
        const Read absent("{}"), all("captcha_pow: {enabled: true, difficulty: 20, lifetime: 60}"), wrong("captcha_pow: {difficulty: 27, lifetime: 1}");
        CPPUNIT_ASSERT(!absent.settings.enabled && absent.settings.difficulty == 18 && absent.settings.lifetimeSeconds == 600 && !absent.problems.failed());
        CPPUNIT_ASSERT(all.settings.enabled && all.settings.difficulty == 20 && all.settings.lifetimeSeconds == 60 && !all.problems.failed() && all.problems.warnings().empty());
        CPPUNIT_ASSERT(wrong.problems.failed());
    }
    void bringsItsFilesInEveryLanguage() {
        std::set<std::string> paths;
        for (const StepFile& each : ProofOfWorkStep(encrypter_, {}).files()) paths.insert(each.path);
        CPPUNIT_ASSERT(paths == (std::set<std::string>{"assets/proof-of-work.js", "templates/register-proof-of-work.html", "translations/de.json", "translations/en.json", "translations/es.json", "translations/fr.json"}));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CaptchaPowTest);

}  // namespace latchkey::pow
