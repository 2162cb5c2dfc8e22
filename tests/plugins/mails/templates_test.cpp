// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/mails/post.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>

namespace latchkey::mails {

using templates::View;

class MailTemplatesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailTemplatesTest);
    CPPUNIT_TEST(isTranslatedWhole);
    CPPUNIT_TEST(speaksTheReadersLanguage);
    CPPUNIT_TEST(saysInTextWhatItSaysInHtml);
    CPPUNIT_TEST(loadsNothingFromElsewhere);
    CPPUNIT_TEST(attack19_escapesNamesInHtml);
    CPPUNIT_TEST(attack21_aNameMakesNoLines);
    CPPUNIT_TEST(laysTheAdministratorsFilesOverTheBuiltInOnes);
    CPPUNIT_TEST(refusesAnUnknownNameAndAnUnknownFile);
    CPPUNIT_TEST(leavesTheReferencesOwnTemplatesAlone);
    CPPUNIT_TEST(oneMailTriesWhileTheServerDoesNotAnswer);
    CPPUNIT_TEST_SUITE_END();

    MailTemplateSettings settings_{{}, {}, "Example", "example.com", "https://auth.example.com/"};
    test::TemporaryDirectory folder_;

    void put(const std::string& name, const std::string& content) const {
        const std::filesystem::path path = std::filesystem::path(folder_.path()) / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }
    static View code(const std::string& mxid = "@alice:example.com") {
        return View().set("code", "042042").set("minutes", "5").set("mxid", mxid).set("email", "alice@example.com").set("registering", true);
    }
    MailText rendered(const std::string& language = "en", const View& view = code()) const { return MailTemplates::load(settings_)->render("verification", language, view); }
    static void requireHolds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(part + " is not in: " + text, text.find(part) != std::string::npos); }
    static void requireLacks(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(part + " is in: " + text, text.find(part) == std::string::npos); }

public:
    void isTranslatedWhole() {
        const auto all = MailTemplates::load(settings_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, all->languages().size());
        for (const std::string& each : all->untranslated()) CPPUNIT_FAIL(each);
    }
    void speaksTheReadersLanguage() {
        const std::pair<const char*, const char*> rows[] = {{"en", "is your code for"}, {"de", "ist dein Code"}, {"fr-CA", "est votre code"}, {"es", "es tu c\xC3\xB3" "digo"},
                                                            {"zh-Hans", "is your code for"}, {"", "is your code for"}, {"no such tag", "is your code for"}};
        for (const auto& [language, words] : rows) {
            const MailText mail = rendered(language);
            requireHolds(mail.subject, words);
            CPPUNIT_ASSERT(mail.subject.starts_with("042042 ") && mail.subject.find('\n') == std::string::npos);
        }
        requireHolds(rendered("fr-CA").html, "<html lang=\"fr\">");
    }
    void saysInTextWhatItSaysInHtml() {
        const auto all = MailTemplates::load(settings_);
        for (const MailSample& sample : MailTemplates::samples()) {
            const MailText mail = all->render(sample.mail, "de", sample.view);
            for (const auto& [name, value] : sample.view.values()) {
                const auto* text = std::get_if<std::string>(&value);
                if (text == nullptr || name == "email") continue;  // an address is named where it is added to an account
                requireHolds(mail.text, *text);
                requireHolds(mail.html, *text);
            }
            for (const std::string& part : {mail.text, mail.html}) {
                requireHolds(part, "https://auth.example.com/");
                requireLacks(part, "{{");
            }
        }
    }
    void loadsNothingFromElsewhere() {
        const auto all = MailTemplates::load(settings_);
        for (const MailSample& sample : MailTemplates::samples()) {
            const std::string html = all->render(sample.mail, "en", sample.view).html;
            for (const char* bad : {"<img", "<link", "<script", "src=", "url(", "@import", "@font-face", "http://"}) requireLacks(html, bad);
        }
    }
    void attack19_escapesNamesInHtml() {
        for (const std::string payload : {"<b>x</b>", "\"><a href=\"https://evil.example\">", "' onclick='x", "{{code}}"}) {
            const std::string html = rendered("en", code(payload)).html;
            requireLacks(html, payload == "{{code}}" ? "your account 042042" : payload);
        }
    }
    void attack21_aNameMakesNoLines() {
        const MailText mail = rendered("en", code("@x\r\nBcc: victim@example.com\n\nPay here"));
        requireHolds(mail.text, "@x  Bcc: victim@example.com  Pay here");
        MailTemplateSettings evil = settings_;
        evil.serviceName = "Shop\r\nBcc: victim@example.com";
        const MailText named = MailTemplates::load(evil)->render("verification", "en", code());
        CPPUNIT_ASSERT_EQUAL(std::string("042042 is your code for Shop  Bcc: victim@example.com"), named.subject);
    }
    void laysTheAdministratorsFilesOverTheBuiltInOnes() {
        settings_.templates = settings_.translations = folder_.path();
        put("mails/verification.txt", "ACME: {{code}}, {{t .valid}}\n");
        put("mails/layout.subject", "[ACME] {{> content}}");
        put("de.json", R"({"mail": {"verification": {"subject": "Code {{code}}"}}})");
        put("it.json", R"({"mail": {"verification": {"subject": "Il codice {{code}}"}}, "login": {"title": "Accedi"}})");
        CPPUNIT_ASSERT_EQUAL(std::string("[ACME] Code 042042"), rendered("de").subject);
        CPPUNIT_ASSERT_EQUAL(std::string("[ACME] Il codice 042042"), rendered("it").subject);
        CPPUNIT_ASSERT(rendered("it").text.starts_with("ACME: 042042, The code can be used for 5 minutes."));
    }
    void refusesAnUnknownNameAndAnUnknownFile() {
        settings_.templates = folder_.path();
        put("mails/verification.html", "{{codes}}");
        CPPUNIT_ASSERT_THROW(rendered(), Error);
        put("mails/verification.html", "{{{code}}}");
        CPPUNIT_ASSERT_THROW(rendered(), Error);
        put("mails/verification.html", "{{code}}");
        CPPUNIT_ASSERT_NO_THROW(rendered());
        put("mails/verfication.txt", "a name that nobody reads");
        CPPUNIT_ASSERT_THROW(rendered(), Error);
    }
    void leavesTheReferencesOwnTemplatesAlone() {
        settings_.templates = folder_.path();
        put("emails/verification.html", "{% extends \"x\" %}");
        CPPUNIT_ASSERT_NO_THROW(rendered());
    }
    void oneMailTriesWhileTheServerDoesNotAnswer() {
        Gate gate;
        CPPUNIT_ASSERT(gate.enter(1'000) && gate.enter(1'000));
        gate.close(2'000);
        CPPUNIT_ASSERT(!gate.enter(2'000) && !gate.enter(1'999 + Gate::kPauseMs));
        CPPUNIT_ASSERT(gate.enter(2'000 + Gate::kPauseMs));
        CPPUNIT_ASSERT(!gate.enter(2'000 + Gate::kPauseMs));
        gate.open();
        CPPUNIT_ASSERT(gate.enter(2'001 + Gate::kPauseMs) && gate.enter(2'001 + Gate::kPauseMs));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MailTemplatesTest);

}  // namespace latchkey::mails
