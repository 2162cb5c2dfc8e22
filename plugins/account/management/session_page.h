// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/session/account_session.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/sessions/{kind}/{id}: one session; renames or ends it.
class SessionPage {
public:
    /// A homeserver, if there is one, learns of new names of devices.
    SessionPage(const Site& site, Homeserver* homeserver) : site_(site), homeserver_(homeserver) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    http::Response walk(const http::Request& request);
    http::Response rename(AccountVisit& visit, const AccountSession& session) const;
    http::Response end(AccountVisit& visit, const AccountSession& session) const;
    /// False if the homeserver did not take it.
    bool tellHomeserver(const User& user, const AccountSession& session, const std::string& name) const;
    http::Response show(AccountVisit& visit, const AccountSession& session, bool nameInvalid) const;
    static View view(const AccountSession& session, const Ulid& current, bool nameInvalid);

    const Site& site_;
    Homeserver* homeserver_;
};

}  // namespace latchkey::account
