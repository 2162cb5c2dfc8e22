// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/visit.h"

namespace latchkey::account {

/// Ends the session of a visit, if it has one.
void endSession(Visit& visit);

/// POST /logout: ends the browser session (not those of the apps that were started from it).
class LogoutPage {
public:
    explicit LogoutPage(const Site& site) : site_(site) {}
    http::Response post(const http::Request& request);

private:
    const Site& site_;
};

}  // namespace latchkey::account
