// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/verify_password.h"
#include "plugins/account/pending_grant.h"
#include "plugins/account/post_auth_action.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET and POST /login.
class LoginPage {
public:
    LoginPage(const Site& site, PasswordHasher& hasher, RateLimiter& limiter);

    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);

    static std::vector<Sample> samples();

private:
    /// What the page shows besides what was typed.
    struct Form {
        std::string username = {};
        bool usernameRequired = false;
        bool passwordRequired = false;
        bool invalidCredentials = false;
        bool rateLimited = false;
        std::optional<std::string> askedFor = {};  ///< whom the client expects (id_token_hint): a Matrix id
    };
    static View view(const Form& form, const std::string& action, bool enabled, const std::optional<std::string>& clientName, const std::optional<std::string>& registerUrl, const std::optional<std::string>& recoveryUrl);

    http::Response show(Visit& visit, const std::optional<PostAuthAction>& next, const Form& form);
    void failed(const Visit& visit, std::string_view reason, const std::string& nameTried, const PasswordAttempt& attempt) const;
    http::Response logIn(Visit& visit, const std::optional<PostAuthAction>& next, PasswordAttempt& attempt, const Form& form);
    /// What the page begins with, as the client hints.
    Form hinted(const std::optional<PendingGrant>& pending, const http::Parameters& query) const;
    std::string usernameFromHint(const http::Parameters& query) const;

    const Site& site_;
    PasswordHasher& hasher_;
    PasswordVerifier verifier_;
};

}  // namespace latchkey::account
