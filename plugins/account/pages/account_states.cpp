// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/account_states.h"

namespace latchkey::account {

std::vector<Sample> accountStateSamples() {
    std::vector<Sample> samples;
    for (const char* page : {"account-deactivated", "account-locked", "session-ended"}) {
        samples.push_back({page, View().set("mxid", "@alice:example.com").set("csrf", "sample")});
    }
    return samples;
}

}  // namespace latchkey::account
