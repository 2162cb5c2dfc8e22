// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/area.h"

namespace latchkey::account {

namespace {

template <typename Page>
void mountForm(http::Routes& routes, const char* pattern, Page& page) {
    routes.get(pattern, [&page](const http::Request& request) { return page.get(request); });
    routes.post(pattern, [&page](const http::Request& request) { return page.post(request); }, {.bodyLimit = 64 * 1024});
}

}  // namespace

ManagementArea::ManagementArea(const Site& site, const ManagementServices& services)
    : site_(site),
      confirmation_(site, services.hasher, services.limiter),
      overview_(site, site.homeserver != nullptr && site.homeserver->capabilities().crossSigningReset),
      profile_(site),
      emails_(site, confirmation_, services.limiter, services.policy),
      emailCode_(site, services.limiter),
      emailRemoval_(site, confirmation_),
      password_(site, services.hasher, services.limiter),
      sessions_(site),
      session_(site, site.homeserver),
      applications_(site),
      tokens_(site, confirmation_, services.policy),
      language_(site),
      deactivation_(site, services.hasher, services.limiter) {}

void ManagementArea::mount(http::Routes& routes) {
    for (const char* path : {"/account", "/account/"}) routes.get(path, [this](const http::Request& request) { return overview_.get(request); });
    // Where password managers look (W3C, A Well-Known URL for Changing Passwords).
    routes.get("/.well-known/change-password", [this](const http::Request&) { return http::redirect(site_.settings.local("/account/password/change")); });
    mountForm(routes, "/account/profile", profile_);
    mountForm(routes, "/account/emails", emails_);
    mountForm(routes, "/account/emails/{id}/verify", emailCode_);
    mountForm(routes, "/account/emails/{id}/remove", emailRemoval_);
    mountForm(routes, "/account/password/change", password_);
    mountForm(routes, "/account/sessions", sessions_);
    mountForm(routes, "/account/sessions/{kind}/{id}", session_);
    mountForm(routes, "/account/applications", applications_);
    mountForm(routes, "/account/tokens", tokens_);
    mountForm(routes, "/account/language", language_);
    mountForm(routes, "/account/deactivate", deactivation_);
}

std::vector<Sample> ManagementArea::samples() {
    std::vector<Sample> all;
    for (const auto& samples : {OverviewPage::samples(), ProfilePage::samples(), EmailsPage::samples(), EmailCodePage::samples(), EmailRemovalPage::samples(),
                                PasswordPage::samples(), SessionsPage::samples(), SessionPage::samples(), ApplicationsPage::samples(), TokensPage::samples(),
                                LanguagePage::samples(), DeactivationPage::samples()}) {
        all.insert(all.end(), samples.begin(), samples.end());
    }
    return all;
}

}  // namespace latchkey::account
