// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/samples.h"

#include "plugins/account/pages/account_states.h"
#include "plugins/account/pages/error.h"
#include "plugins/account/pages/index.h"
#include "plugins/account/pages/login.h"

namespace latchkey::account {

std::vector<Sample> allSamples() {
    std::vector<Sample> all;
    for (const auto& samples : {IndexPage::samples(), LoginPage::samples(), ErrorPage::samples(), accountStateSamples()}) {
        all.insert(all.end(), samples.begin(), samples.end());
    }
    return all;
}

}  // namespace latchkey::account
