// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/error.h"

#include "domain/template/language.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

namespace {

// The statuses that have texts of their own: error.<status>.title and .text.
int known(int status) {
    for (const int each : {400, 403, 404, 405, 409, 413, 429, 503}) {
        if (status == each) return each;
    }
    return status < 500 ? 400 : 500;
}

View errorView(const std::string& title, const std::string& text, const std::string& requestId, const std::optional<std::string>& detail) {
    View view;
    view.set("error_title", title).set("error_text", text).set("request_id", requestId).set("detail", detail);
    return view;
}

}  // namespace

http::Response ErrorPage::show(const http::Problem& problem) const {
    return render(problem.status, problem.request, problem.requestId, std::nullopt);
}

http::Response ErrorPage::show(int status, const http::Request& request, const std::string& detail) const {
    return render(status, &request, request.id, detail);
}

http::Response ErrorPage::render(int status, const http::Request* request, const std::string& requestId, const std::optional<std::string>& detail) const {
    const auto theme = site_.theme.get();
    const auto preferred = request == nullptr ? std::vector<std::string>() : preferredLanguages(*request);
    const auto accepted = request == nullptr ? std::nullopt : request->headers.get("Accept-Language");
    const std::string language = templates::chooseLanguage(preferred, accepted.value_or(""), theme->languages());
    const std::string key = "error." + std::to_string(known(status));
    const std::string title = theme->text(language, key + ".title");
    View view = errorView(title, theme->text(language, key + ".text"), requestId, detail);
    view.add(site_.settings.common()).set("lang", language).set("page_title", title);
    http::Response response = http::html(status, theme->render("error", language, view));
    addPageHeaders(response, {});
    return response;
}

std::vector<Sample> ErrorPage::samples() {
    return {{"error", errorView("Title", "Text", "0123456789", std::nullopt)},
            {"error", errorView("Title", "Text", "0123456789", "invalid_request: redirect_uri is missing")}};
}

}  // namespace latchkey::account
