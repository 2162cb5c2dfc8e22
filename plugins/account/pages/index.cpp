// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/index.h"

namespace latchkey::account {

http::Response IndexPage::get(const http::Request& request) {
    Visit visit(site_, request);
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    const BrowserSession* session = visit.session();
    if (session != nullptr) visit.withForm();
    return visit.page(200, "index", view(site_.settings, session == nullptr ? std::nullopt : std::optional(session->user.username)));
}

View IndexPage::view(const Settings& settings, const std::optional<std::string>& username) {
    View view;
    view.set("registration", settings.registration.enabled).set("discovery_url", settings.url.join(".well-known/openid-configuration"))
        .set("mxid", username ? std::optional("@" + *username + ":" + settings.serverName) : std::nullopt);
    return view;
}

std::vector<Sample> IndexPage::samples() {
    Settings settings;
    settings.url.base = "https://auth.example.com/";
    settings.serverName = "example.com";
    return {{"index", view(settings, std::nullopt)}, {"index", view(settings, "alice").set("csrf", "sample")}};
}

}  // namespace latchkey::account
