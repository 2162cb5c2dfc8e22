// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/session/account_session.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/applications: the clients that have sessions; ends all that one has.
class ApplicationsPage {
public:
    explicit ApplicationsPage(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    static constexpr int kPerPage = 20;
    static View view(std::vector<ConnectedClient> clients, bool further);
    const Site& site_;
};

}  // namespace latchkey::account
