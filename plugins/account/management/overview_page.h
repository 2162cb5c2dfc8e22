// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET /account/: what there is to manage; and where clients send people, with what they want to do in `action` (MSC4191).
class OverviewPage {
public:
    /// `crossSigningReset`: the homeserver can do it.
    OverviewPage(const Site& site, bool crossSigningReset) : site_(site), crossSigningReset_(crossSigningReset) {}
    http::Response get(const http::Request& request);
    static std::vector<Sample> samples();

private:
    struct Facts {
        std::int64_t sessions = 0;
        bool crossSigningReset = true;
        bool deactivation = true;
    };
    static View view(const Facts& facts);
    std::string pathOfDevice(AccountVisit& visit, std::string_view deviceId) const;

    const Site& site_;
    bool crossSigningReset_;
};

}  // namespace latchkey::account
