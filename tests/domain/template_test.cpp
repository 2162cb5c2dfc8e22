// SPDX-License-Identifier: Apache-2.0
#include "domain/template/source.h"
#include "domain/template/template.h"
#include "kernel/error.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::templates {

class TemplateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TemplateTest);
    CPPUNIT_TEST(attack19_escapesWhatItIsGiven);
    CPPUNIT_TEST(refusesTagsThatDoNotEscape);
    CPPUNIT_TEST(keepsBlanksAndLines);
    CPPUNIT_TEST(rendersSectionsAndLists);
    CPPUNIT_TEST(isStrictAboutNamesOnRequest);
    CPPUNIT_TEST(putsTextsPartsAndAssetsIn);
    CPPUNIT_TEST(attack19_escapesTranslationsAndLeavesOnlyNamesInThem);
    CPPUNIT_TEST(namesWhatIsMissing);
    CPPUNIT_TEST_SUITE_END();

    static std::string rendered(const std::string& source, const View& view = {}) { return Template("t.html", source).render(view); }
    static std::string assembled(const Source::Files& files, const std::string& language = "de") {
        Translations translations;
        translations.add("en", "en.json", R"({"login": {"title": "Sign in", "only": "English"}, "evil": "<b>{{name}}</b> {{{name}}} {{#x}}"})");
        translations.add("de", "de.json", R"({"login": {"title": "Anmelden"}})");
        return Source(files, translations, [](const std::string& file) { return "/assets/" + file; }).page("login", language);
    }

public:
    void attack19_escapesWhatItIsGiven() {
        for (const std::string payload : {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus='x", "{{name}}", "{{{evil}}}", "</title>&amp;"}) {
            const std::string html = rendered("<p title=\"{{name}}\">{{name}}</p>", View().set("name", payload));
            const std::string inside = html.substr(10, html.find("\">", 10) - 10);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(payload, std::string::npos, inside.find_first_of("<>\"'"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(payload, "<p title=\"" + inside + "\">" + inside + "</p>", html);
        }
    }
    void refusesTagsThatDoNotEscape() {
        for (const std::string source : {"{{{name}}}", "{{&name}}", "{{ & name}}", "{{=<% %>=}}<%name%>", "{{> other}}", "{{#open}}", "{{name"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(source, rendered(source), Error);
        }
    }
    void keepsBlanksAndLines() { CPPUNIT_ASSERT_EQUAL(std::string("a b\nc x  y d"), rendered("a   b\n\n  c {{v}} d", View().set("v", "x  y"))); }
    void rendersSectionsAndLists() {
        View view;
        view.set("yes", true).set("no", false).set("text", std::optional<std::string>("T")).set("none", std::optional<std::string>());
        view.set("items", std::vector<View>{View().set("n", "1"), View().set("n", "2")});
        CPPUNIT_ASSERT_EQUAL(std::string("Y!NT-12"), rendered("{{#yes}}Y{{/yes}}{{#no}}N{{/no}}{{^no}}!N{{/no}}{{#text}}{{text}}{{/text}}{{#none}}x{{/none}}-{{#items}}{{n}}{{/items}}", view));
    }
    void isStrictAboutNamesOnRequest() {
        const Template page("t.html", "{{known}}{{unknown}}");
        const View view = View().set("known", "k");
        CPPUNIT_ASSERT_EQUAL(std::string("k"), page.render(view));
        try {
            page.renderStrictly(view);
            CPPUNIT_FAIL("an unknown name was accepted");
        } catch (const Error& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("t.html: this page has no `unknown`"), std::string(error.what()));
        }
    }
    void putsTextsPartsAndAssetsIn() {
        const Source::Files files{{"layout.html", "<i>{{t .title}}</i>{{> content}}<link href=\"{{asset a.css}}\">"}, {"login.html", "{{> _part}} {{t login.only}} {{name}}"}, {"_part.html", "[part]"}};
        CPPUNIT_ASSERT_EQUAL(std::string("<i>Anmelden</i>[part] English {{name}}<link href=\"/assets/a.css\">"), assembled(files));
    }
    void attack19_escapesTranslationsAndLeavesOnlyNamesInThem() {
        const Source::Files files{{"layout.html", "{{> content}}"}, {"login.html", "{{t evil}}"}};
        const std::string source = assembled(files);
        CPPUNIT_ASSERT(source.find('<') == std::string::npos);
        CPPUNIT_ASSERT(source.starts_with("&lt;b&gt;{{name}}&lt;/b&gt;"));
        CPPUNIT_ASSERT(source.find("{{{") == std::string::npos);
        CPPUNIT_ASSERT(source.find("{{#") == std::string::npos);
    }
    void namesWhatIsMissing() {
        CPPUNIT_ASSERT_THROW(assembled({{"layout.html", "{{> content}}"}}), Error);
        CPPUNIT_ASSERT_THROW(assembled({{"layout.html", "{{> content}}"}, {"login.html", "{{t login.nowhere}}"}}), Error);
        CPPUNIT_ASSERT_THROW(assembled({{"layout.html", "{{> content}}"}, {"login.html", "{{> login}}"}}), Error);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(TemplateTest);

}  // namespace latchkey::templates
