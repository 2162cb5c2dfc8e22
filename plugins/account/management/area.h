// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/management/applications_page.h"
#include "plugins/account/management/deactivation_page.h"
#include "plugins/account/management/email_page.h"
#include "plugins/account/management/emails_page.h"
#include "plugins/account/management/language_page.h"
#include "plugins/account/management/overview_page.h"
#include "plugins/account/management/password_page.h"
#include "plugins/account/management/profile_page.h"
#include "plugins/account/management/session_page.h"
#include "plugins/account/management/sessions_page.h"
#include "plugins/account/management/tokens_page.h"
#include "plugins/http/api/routes.h"

namespace latchkey::account {

/// What the pages of the account need besides the site.
struct ManagementServices {
    PasswordHasher& hasher;
    RateLimiter& limiter;
    Policy& policy;
};

/// All that people do with their own account, below /account/.
class ManagementArea {
public:
    ManagementArea(const Site& site, const ManagementServices& services);
    void mount(http::Routes& routes);
    static std::vector<Sample> samples();

private:
    const Site& site_;
    Confirmation confirmation_;
    OverviewPage overview_;
    ProfilePage profile_;
    EmailsPage emails_;
    EmailCodePage emailCode_;
    EmailRemovalPage emailRemoval_;
    PasswordPage password_;
    SessionsPage sessions_;
    SessionPage session_;
    ApplicationsPage applications_;
    TokensPage tokens_;
    LanguagePage language_;
    DeactivationPage deactivation_;
};

}  // namespace latchkey::account
