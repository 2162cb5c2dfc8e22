// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/profile: the display name, which the homeserver keeps.
class ProfilePage {
public:
    explicit ProfilePage(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request) { return walk(request); }
    http::Response post(const http::Request& request) { return walk(request); }
    static std::vector<Sample> samples();

private:
    struct Form {
        std::string name = {};
        bool invalid = false;
        bool unreachable = false;
    };
    http::Response walk(const http::Request& request);
    Form read(const User& user) const;
    Form write(const User& user, const std::string& name) const;
    http::Response show(AccountVisit& visit, const Form& form) const;
    static View view(bool allowed, const Form& form);

    const Site& site_;
};

}  // namespace latchkey::account
