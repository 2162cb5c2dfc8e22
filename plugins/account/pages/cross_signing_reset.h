// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET and POST /account/reset-cross-signing: lets the person's next upload of cross-signing keys pass at the homeserver.
class CrossSigningResetPage {
public:
    static constexpr const char* kPath = "/account/reset-cross-signing";
    static constexpr const char* kAction = "org.matrix.cross_signing_reset";

    /// Without a homeserver, or with one that cannot do it, there is no such page.
    CrossSigningResetPage(const Site& site, Homeserver* homeserver) : site_(site), homeserver_(homeserver) {}
    http::Response get(const http::Request& request) { return walk(request, false); }
    http::Response post(const http::Request& request) { return walk(request, true); }
    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request, bool posted);
    bool allow(const User& user) const;
    static View view(const Settings& settings, const std::string& username, bool failed);

    const Site& site_;
    Homeserver* homeserver_;
};

}  // namespace latchkey::account
