// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/samples.h"

#include "plugins/account/logout/end_session.h"
#include "plugins/account/management/area.h"
#include "plugins/account/oauth/delivery.h"
#include "plugins/account/pages/account_states.h"
#include "plugins/account/pages/compat_sso.h"
#include "plugins/account/pages/consent.h"
#include "plugins/account/pages/cross_signing_reset.h"
#include "plugins/account/pages/device_consent.h"
#include "plugins/account/pages/device_link.h"
#include "plugins/account/pages/error.h"
#include "plugins/account/pages/index.h"
#include "plugins/account/pages/login.h"
#include "plugins/account/recovery/area.h"
#include "plugins/account/registration/area.h"

namespace latchkey::account {

std::vector<Sample> allSamples() {
    std::vector<Sample> all;
    for (const auto& samples : {IndexPage::samples(), LoginPage::samples(), RegistrationArea::samples(), RecoveryArea::samples(), ConsentPage::samples(), formPostSamples(), DeviceLinkPage::samples(),
                                DeviceConsentPage::samples(), CompatSsoPage::samples(), CrossSigningResetPage::samples(), ManagementArea::samples(), ErrorPage::samples(),
                                EndSession::samples(), accountStateSamples()}) {
        all.insert(all.end(), samples.begin(), samples.end());
    }
    return all;
}

}  // namespace latchkey::account
