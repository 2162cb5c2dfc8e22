// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "plugins/account/management/confirmation.h"

namespace latchkey::account {

/// GET and POST /account/reset-cross-signing: lets the person's next upload of cross-signing keys pass at the homeserver. Who took the
/// browser must not get at the identity that others have verified: a Confirmation.
class CrossSigningResetPage {
public:
    static constexpr const char* kPath = "/account/reset-cross-signing";
    static constexpr const char* kAction = "org.matrix.cross_signing_reset";

    /// Without a homeserver, or with one that cannot do it, there is no such page.
    CrossSigningResetPage(const Site& site, PasswordHasher& hasher, RateLimiter& limiter, Homeserver* homeserver)
        : site_(site), confirmation_(site, hasher, limiter), homeserver_(homeserver) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request);
    http::Response show(AccountVisit& visit, const Confirmation::State& state, bool failed) const;
    bool allow(const User& user) const;
    static View view(const Settings& settings, const std::string& username, const Confirmation::State& state, bool failed);

    const Site& site_;
    Confirmation confirmation_;
    Homeserver* homeserver_;
};

}  // namespace latchkey::account
