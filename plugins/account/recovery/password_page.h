// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "domain/user/recover_password.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET and POST /account/password/recovery?ticket=…: where the mailed link leads. Looking at it uses nothing up, since programs
/// look at what is in mails, too.
class RecoveryPasswordPage {
public:
    static constexpr const char* kPath = "/account/password/recovery";

    RecoveryPasswordPage(const Site& site, PasswordHasher& hasher) : site_(site), hasher_(hasher) {}

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    /// Texts of what is wrong; empty: nothing.
    struct Form {
        std::string passwordError = {};
        std::string confirmationError = {};
        std::optional<std::string> strength = {};  ///< of a password that is too weak: 0 to 4
        bool endSessions = true;
        bool failed() const { return !passwordError.empty() || !confirmationError.empty(); }
    };
    static View view(const Settings& settings, const std::string& ticket, const User& user, const Form& form);
    static View expiredView(const Settings& settings, const RecoveryLink& link);

    Form judge(const Visit& visit, const http::Parameters& posted) const;
    http::Response setPassword(Visit& visit, const std::string& ticket, std::string_view password, bool endSessions);
    http::Response show(Visit& visit, const std::string& ticket, const User& user, const Form& form) const;
    http::Response refuse(Visit& visit, const RecoveryLink& link) const;

    const Site& site_;
    PasswordHasher& hasher_;
};

}  // namespace latchkey::account
