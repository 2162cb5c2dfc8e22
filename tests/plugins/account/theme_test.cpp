// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/account/pages/assets.h"
#include "plugins/account/pages/samples.h"
#include "plugins/account/settings.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace latchkey::account {

class ThemeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThemeTest);
    CPPUNIT_TEST(rendersEverySampleInEveryLanguage);
    CPPUNIT_TEST(isTranslatedWhole);
    CPPUNIT_TEST(addressesPeopleAsFriendsThroughout);
    CPPUNIT_TEST(tellsWithAFieldWhatIsWrongWithIt);
    CPPUNIT_TEST(laysTheAdministratorsFilesOverTheBuiltInOnes);
    CPPUNIT_TEST(refusesAnUnknownName);
    CPPUNIT_TEST(refusesAFolderThatIsNotThere);
    CPPUNIT_TEST(takesTheReferencesDefaultFoldersAsAbsent);
    CPPUNIT_TEST(leavesTheReferencesOwnTemplatesAlone);
    CPPUNIT_TEST(servesAssetsForEver);
    CPPUNIT_TEST(attack20_hasNothingInlineThatThePolicyForbids);
    CPPUNIT_TEST_SUITE_END();

    ThemeSettings settings_{std::nullopt, std::nullopt, "/assets/"};
    test::TemporaryDirectory folder_;

    std::shared_ptr<const Theme> load() const { return Theme::load(settings_, allSamples(), Settings().common()); }
    void put(const std::string& name, const std::string& content) const {
        const std::filesystem::path path = std::filesystem::path(folder_.path()) / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }
    std::string rendered(const std::string& language) const {
        View view = allSamples().front().view;
        return load()->render("index", language, view.add(Settings().common()).set("lang", language));
    }

public:
    void rendersEverySampleInEveryLanguage() {
        const auto theme = load();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, theme->languages().size());
        CPPUNIT_ASSERT(rendered("de").find("<html lang=\"de\">") != std::string::npos);
        CPPUNIT_ASSERT(rendered("fr").find("Votre compte") != std::string::npos);
    }
    void isTranslatedWhole() {
        for (const std::string& each : load()->untranslated()) CPPUNIT_FAIL(each);
    }
    // German "du" and Spanish "tú", not one here and the other there.
    void addressesPeopleAsFriendsThroughout() {
        const std::map<std::string, std::regex> formal{{"de.json", std::regex(R"([^".:?!] Sie |\bIhr|\bIhnen)")},
                                                       {"es.json", std::regex(R"([Uu]sted|\b[Ss]us? (cuenta|contrase|nombre|clave|mensaje|sesion|dispositivo)|(Escriba|Elija|Espere|Pida|Vea)\b)")}};
        for (const char* folder : {"plugins/account", "plugins/captcha-pow", "domain/mail"}) {
            for (const auto& [file, words] : formal) {
                std::ostringstream text;
                text << std::ifstream(std::string(LATCHKEY_SOURCE_DIR) + "/" + folder + "/translations/" + file).rdbuf();
                const std::string all = text.str();
                CPPUNIT_ASSERT_MESSAGE(folder, !all.empty());
                std::smatch found;
                const bool any = std::regex_search(all, found, words);
                CPPUNIT_ASSERT_MESSAGE(file + ": " + found.str() + found.suffix().str().substr(0, 50), !any);
            }
        }
    }
    // WCAG 2.2, 3.3.1: a field that is marked as wrong names the text that says why.
    void tellsWithAFieldWhatIsWrongWithIt() {
        const auto theme = load();
        for (const Sample& sample : allSamples()) {
            View view = sample.view;
            const std::string page = theme->render(sample.page, "en", view.add(Settings().common()).set("lang", "en"));
            for (std::size_t at = page.find("aria-invalid"); at != std::string::npos; at = page.find("aria-invalid", at + 1)) {
                const std::size_t begin = page.rfind('<', at);
                const std::string field = page.substr(begin, page.find('>', at) - begin);
                std::smatch error;
                CPPUNIT_ASSERT_MESSAGE(sample.page + ": " + field, std::regex_search(field, error, std::regex(R"re(aria-describedby="[^"]*?([a-z]+-error))re")));
                CPPUNIT_ASSERT_MESSAGE(sample.page + ": " + error.str(1), page.find("id=\"" + error.str(1) + "\"") != std::string::npos);
            }
        }
    }
    void laysTheAdministratorsFilesOverTheBuiltInOnes() {
        settings_.templates = settings_.translations = folder_.path();
        put("index.html", "<h1>{{t .heading}} of ACME</h1>");
        put("de.json", R"({"index": {"heading": "Zugang"}})");
        put("it.json", R"({"index": {"heading": "Il tuo account"}})");
        CPPUNIT_ASSERT(rendered("de").find("<h1>Zugang of ACME</h1>") != std::string::npos);
        CPPUNIT_ASSERT(rendered("it").find("<h1>Il tuo account of ACME</h1>") != std::string::npos);
        CPPUNIT_ASSERT(rendered("it").find("Skip to the content") != std::string::npos);
    }
    void refusesAnUnknownName() {
        settings_.templates = folder_.path();
        put("error.html", "{{request_nr}}");
        CPPUNIT_ASSERT_THROW(load(), Error);
    }
    void refusesAFolderThatIsNotThere() {
        settings_.templates = folder_.path() + "/nowhere";
        CPPUNIT_ASSERT_THROW(load(), Error);
    }
    void takesTheReferencesDefaultFoldersAsAbsent() {
        settings_.templates = "/usr/local/share/mas-cli/templates/";
        settings_.translations = "./share/translations";
        CPPUNIT_ASSERT_NO_THROW(load());
    }
    void leavesTheReferencesOwnTemplatesAlone() {
        settings_.templates = folder_.path();
        put("base.html", "{% block content %}{{ _(\"x\") }}{% endblock %}");
        put("pages/login.html", "{% extends \"base.html\" %}");
        CPPUNIT_ASSERT_NO_THROW(load());
    }
    void servesAssetsForEver() {
        CurrentTheme current;
        current.set(load());
        Assets assets(current);
        const std::string page = rendered("en");
        const std::size_t at = page.find("/assets/style.") + 8;
        http::Request request;
        request.pathParameters = {{"name", page.substr(at, page.find('"', at) - at)}};
        const http::Response response = assets.get(request);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string_view("public, max-age=31536000, immutable"), response.headers.get("Cache-Control").value());
        CPPUNIT_ASSERT(response.content().find(":root") != std::string_view::npos);
        request.headers.add("If-None-Match", std::string(response.headers.get("ETag").value()));
        CPPUNIT_ASSERT_EQUAL(304, assets.get(request).status);
        request.pathParameters = {{"name", "style.css"}};
        CPPUNIT_ASSERT_EQUAL(404, assets.get(request).status);
    }
    void attack20_hasNothingInlineThatThePolicyForbids() {
        const auto theme = load();
        for (const Sample& sample : allSamples()) {
            View view = sample.view;
            const std::string page = theme->render(sample.page, "en", view.add(Settings().common()).set("lang", "en"));
            for (const char* bad : {"<style", " style=", "<script>", " onclick=", " onload=", "javascript:", "http://www", "//fonts"}) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(sample.page + " holds " + bad, std::string::npos, page.find(bad));
            }
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ThemeTest);

}  // namespace latchkey::account
