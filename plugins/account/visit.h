// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/browser_session.h"
#include "plugins/account/session/csrf.h"
#include "plugins/account/site.h"
#include "plugins/http/api/problem.h"
#include "plugins/http/api/response.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::account {

/// Sources that a page may load from besides this server, by directive of the Content-Security-Policy.
using PageSources = std::map<std::string, std::string>;

/// One request of a person's browser: who they are, in which language they read, and how they are answered.
class Visit {
public:
    /// `uiLocales`: languages that the request asks for, before those of the browser (OpenID Connect Core §3.1.2.1).
    Visit(const Site& site, const http::Request& request, const std::vector<std::string>& uiLocales = {});

    const Site& site() const { return site_; }
    const http::Request& request() const { return request_; }
    const std::string& language() const { return language_; }
    std::string text(const std::string& key) const { return theme_->text(language_, key); }

    /// The live browser session, looked up at the first call; nullptr if nobody is logged in. Its use is recorded.
    const BrowserSession* session();
    /// The id of the session, whatever its state.
    const std::optional<Ulid>& sessionId() const { return sessionId_; }
    /// The page for a person whose account or session has ended; nothing for everybody else.
    std::optional<http::Response> fallback();
    void logIn(const Ulid& sessionId) { sessionId_ = sessionId; }
    void logOut() { sessionId_.reset(); }
    /// From now on this browser reads this language (one of the theme's), whatever it asks for.
    void readIn(const std::string& language) { chosenLanguage_ = language; }

    /// The decoded form of a POST, its token checked: a wrong one, or another body, ends the request.
    http::Parameters form();

    /// What a page's forms need: `csrf`.
    Visit& withForm();
    /// Where forms of the next page may lead besides this server (form-action): a redirect URI.
    Visit& leadingTo(const std::string& redirectUri);
    /// The next page runs a script of assets/.
    Visit& withScript();
    /// The next page has a form, and asks this server while somebody types in it (assets/live-check.js).
    Visit& withLiveCheck() { return withForm().withScript().loadingFrom("connect-src", "'self'"); }
    /// The next page may load from there, too: a directive of the Content-Security-Policy (`script-src`, `frame-src`, …) and a source.
    Visit& loadingFrom(const std::string& directive, const std::string& source);

    http::Response page(int status, const std::string& name, View view);
    http::Response accountPage(const User& user);
    /// To a place on this server; `path` begins with a slash.
    http::Response redirect(const std::string& path);
    /// Anywhere.
    http::Response redirectTo(std::string location);

private:
    http::Response withCookies(http::Response response) const;
    void loadSession();

    const Site& site_;
    const http::Request& request_;
    std::shared_ptr<const Theme> theme_;
    CookieJar jar_;
    Instant now_;
    std::string language_;
    std::optional<std::string> chosenLanguage_;
    std::optional<Ulid> sessionId_;
    bool hadCookie_;
    bool sessionLoaded_ = false;
    std::optional<BrowserSession> session_;
    std::optional<Csrf> csrf_;
    bool hasForm_ = false;
    std::string formTarget_;
    bool script_ = false;
    PageSources sources_;
};

/// The languages that a browser is to be answered in, the best first: what its person chose here, then `others`.
std::vector<std::string> preferredLanguages(const http::Request& request, std::vector<std::string> others = {});
/// The decoded query; one that cannot be decoded ends the request.
http::Parameters queryOf(const http::Request& request);
/// Content-Security-Policy and the other headers of every page. `formTarget`: a source expression besides 'self', or empty.
void addPageHeaders(http::Response& response, const std::string& formTarget, bool script = false, const PageSources& sources = {});
/// The source expression that allows a redirect there: its origin or, for what has none, its scheme.
std::string formTargetOf(const std::string& redirectUri);
/// Where a redirect leads, for people to read: its host with the port or, for what has none, its scheme.
std::string targetHostOf(const std::string& redirectUri);

}  // namespace latchkey::account
