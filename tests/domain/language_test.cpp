// SPDX-License-Identifier: Apache-2.0
#include "domain/template/language.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::templates {

class LanguageTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LanguageTest);
    CPPUNIT_TEST(choosesByAcceptLanguage);
    CPPUNIT_TEST(prefersWhatTheRequestAsksFor);
    CPPUNIT_TEST(ignoresWhatIsMalformed);
    CPPUNIT_TEST_SUITE_END();

    static std::string chosen(std::string_view header, const std::vector<std::string>& preferred = {}) {
        return chooseLanguage(preferred, header, {"de", "en", "es", "fr", "pt-BR"});
    }

public:
    void choosesByAcceptLanguage() {
        const std::pair<const char*, const char*> rows[] = {
            {"", "en"}, {"fr", "fr"}, {"fr-CA,en;q=0.5", "fr"}, {"en;q=0.3, de;q=0.7", "de"}, {"ja, de;q=0.1", "de"}, {"ja", "en"},
            {"pt-BR", "pt-BR"}, {"pt", "en"}, {"DE-at", "de"}, {"de;q=0, es", "es"}, {"*, de", "en"}, {"zh-Hans-CN, es;q=0.2", "es"}};
        for (const auto& [header, language] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(header, std::string(language), chosen(header));
    }
    void prefersWhatTheRequestAsksFor() {
        CPPUNIT_ASSERT_EQUAL(std::string("es"), chosen("de", {"ja", "es-MX"}));
        CPPUNIT_ASSERT_EQUAL(std::string("de"), chosen("de", {"ja"}));
    }
    void ignoresWhatIsMalformed() {
        for (const char* header : {"de;q=2", "de;q=abc", "de;level=1", "de;q=0.1234", ";q=1", ",,,"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(header, std::string("en"), chosen(header));
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LanguageTest);

}  // namespace latchkey::templates
