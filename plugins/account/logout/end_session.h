// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/logout/logout_request.h"
#include "plugins/account/pages/error.h"
#include "plugins/account/visit.h"
#include "plugins/http/api/routes.h"

namespace latchkey::account {

/// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0). It ends the browser's session, as the button on the pages does:
/// at once if the client shows an ID token that it got from this very session, else after the person agreed. Then the person goes
/// back to the client.
class EndSession {
public:
    static constexpr char kPath[] = "/end-session";
    static constexpr char kConfirmPath[] = "/end-session/confirm";

    EndSession(const Site& site, const IdTokenReader& idTokens, const ErrorPage& error) : site_(site), idTokens_(idTokens), error_(error) {}

    void mount(http::Routes& routes);
    http::Response get(const http::Request& request) const;
    http::Response post(const http::Request& request) const;
    /// The answer of the page that asks.
    http::Response confirm(const http::Request& request) const;

    static std::vector<Sample> samples();

private:
    bool proven(const LogoutRequest& asked, const BrowserSession& session) const;
    static View view(const Settings& settings, const LogoutRequest& asked, const std::string& username);
    static http::Response leave(Visit& visit, const LogoutRequest& asked);

    const Site& site_;
    const IdTokenReader& idTokens_;
    const ErrorPage& error_;
};

}  // namespace latchkey::account
