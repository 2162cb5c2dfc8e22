// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/session/account_session.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/sessions: the list, searched and in pages; ends many.
class SessionsPage {
public:
    explicit SessionsPage(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    static constexpr int kPerPage = 20;
    static View view(const AccountSessionSearch& search, std::vector<AccountSession> sessions, const Ulid& current);
    http::Response endChosen(AccountVisit& visit) const;
    http::Response endOthers(AccountVisit& visit) const;

    const Site& site_;
};

}  // namespace latchkey::account
