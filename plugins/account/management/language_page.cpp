// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/language_page.h"

#include <algorithm>

namespace latchkey::account {

namespace {

constexpr const char* kAction = "latchkey.language";

// Each by its own name: whoever looks for it may not read the others.
View viewOf(const Theme& theme, const std::string& current) {
    std::vector<View> languages;
    for (const std::string& each : theme.languages()) {
        const std::string name = theme.text(each, "account-language.name");
        languages.push_back(View().set("tag", each).set("name", name.empty() ? each : name).set("current", each == current));
    }
    return View().set("languages", std::move(languages));
}

}  // namespace

http::Response LanguagePage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    return visit.page("account-language", viewOf(*site_.theme.get(), visit.visit().language()).add(doneView(visit.query(), {"saved"})));
}

http::Response LanguagePage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    const std::string wanted = visit.field("language");
    if (std::ranges::count(site_.theme.get()->languages(), wanted) == 0) throw http::HttpError(400, "Bad Request", "`language` is none of the site's");
    visit.visit().readIn(wanted);
    return visit.redirect("/account/language?done=saved");
}

std::vector<Sample> LanguagePage::samples() {
    const auto sample = [](const char* done) {
        const View view = View().set("languages", std::vector<View>{View().set("tag", "en").set("name", "English").set("current", true), View().set("tag", "de").set("name", "Deutsch").set("current", false)});
        return accountSample("account-language", View(view).add(doneView(http::Parameters::parse(std::string("done=") + done).value(), {"saved"})));
    };
    return {sample(""), sample("saved")};
}

}  // namespace latchkey::account
