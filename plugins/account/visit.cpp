// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/visit.h"

#include "domain/activity.h"
#include "domain/clock.h"
#include "domain/store.h"
#include "domain/template/language.h"
#include "plugins/account/session/session_cookie.h"

#include <algorithm>
#include <cctype>

namespace latchkey::account {

namespace {

// Not encrypted, as it is no secret: a plain language tag.
constexpr const char* kLanguageCookie = "language";
constexpr std::int64_t kOneYear = 31'536'000;
constexpr std::size_t kLongestTag = 35;  // RFC 5646 §4.4.1

}  // namespace

Visit::Visit(const Site& site, const http::Request& request, const std::vector<std::string>& uiLocales)
    : site_(site), request_(request), theme_(site.theme.get()), jar_(site.encrypter, site.settings), now_(currentTime()),
      language_(templates::chooseLanguage(preferredLanguages(request, uiLocales), request.headers.get("Accept-Language").value_or(""), theme_->languages())),
      sessionId_(readSessionCookie(jar_, request)), hadCookie_(request.cookie("session").has_value()) {}

void Visit::loadSession() {
    if (sessionLoaded_) return;
    sessionLoaded_ = true;
    if (!sessionId_) return;
    session_ = site_.store.reading()->browserSessions().find(*sessionId_);
    if (!session_) sessionId_.reset();
    else if (session_->active() && site_.activity != nullptr) site_.activity->record({SessionKind::browser, session_->id, now_, request_.clientIp});
}

const BrowserSession* Visit::session() {
    loadSession();
    return session_ && session_->active() ? &*session_ : nullptr;
}

std::optional<http::Response> Visit::fallback() {
    loadSession();
    if (!session_ || session_->active()) return std::nullopt;
    return accountPage(session_->user);
}

http::Response Visit::accountPage(const User& user) {
    const char* page = user.deactivatedAt ? "account-deactivated" : user.lockedAt ? "account-locked" : "session-ended";
    return withForm().page(200, page, View().set("mxid", "@" + user.username + ":" + site_.settings.serverName));
}

http::Parameters Visit::form() {
    if (request_.mediaType() != "application/x-www-form-urlencoded") throw http::HttpError(415, "Unsupported Media Type", "the body is no form");
    auto parameters = http::Parameters::parse(request_.body);
    if (!parameters) throw http::HttpError(422, "Unprocessable Content", "the form cannot be decoded");
    csrf_ = Csrf::read(jar_, request_, now_);
    const bool genuine = csrf_ && csrf_->matches(parameters->get("csrf").value_or(""));
    if (!genuine) throw http::HttpError(400, "Bad Request", "the form's token does not match the browser's");
    return std::move(*parameters);
}

Visit& Visit::withForm() {
    hasForm_ = true;
    if (!csrf_) csrf_ = Csrf::read(jar_, request_, now_);
    if (!csrf_) csrf_ = Csrf::make();
    return *this;
}

Visit& Visit::withScript() {
    script_ = true;
    return *this;
}

Visit& Visit::loadingFrom(const std::string& directive, const std::string& source) {
    sources_[directive] += " " + source;
    return *this;
}

Visit& Visit::leadingTo(const std::string& redirectUri) {
    formTarget_ = formTargetOf(redirectUri);
    return *this;
}

http::Response Visit::page(int status, const std::string& name, View view) {
    view.set("lang", language_).add(site_.settings.common());
    if (hasForm_) view.set("csrf", csrf_->formValue());
    http::Response response = http::html(status, theme_->render(name, language_, view));
    addPageHeaders(response, formTarget_, script_, sources_);
    return withCookies(std::move(response));
}

http::Response Visit::redirect(const std::string& path) { return redirectTo(site_.settings.local(path)); }

http::Response Visit::redirectTo(std::string location) {
    http::Response response = http::redirect(std::move(location));
    response.header("Cache-Control", "no-store").header("Referrer-Policy", "no-referrer").header("X-Frame-Options", "DENY");
    return withCookies(std::move(response));
}

http::Response Visit::withCookies(http::Response response) const {
    const std::int64_t seconds = now_.us / 1'000'000;
    // Who has no session is not given an empty one: a request from another site comes without the cookie that the browser has.
    if (sessionId_ || hadCookie_) response.header("Set-Cookie", sessionCookie(jar_, sessionId_).field(seconds));
    if (hasForm_) response.header("Set-Cookie", csrf_->cookie(jar_, now_).field(seconds));
    if (chosenLanguage_) {
        const Settings& settings = site_.settings;
        const http::Cookie cookie{kLanguageCookie, *chosenLanguage_, settings.cookiePath(), settings.url.secure(), kOneYear};
        response.header("Set-Cookie", cookie.field(seconds));
    }
    return response;
}

std::vector<std::string> preferredLanguages(const http::Request& request, std::vector<std::string> others) {
    const auto chosen = request.cookie(kLanguageCookie);
    if (chosen && !chosen->empty() && chosen->size() <= kLongestTag) others.emplace(others.begin(), *chosen);
    return others;
}

http::Parameters queryOf(const http::Request& request) {
    auto query = request.query();
    if (!query) throw http::HttpError(400, "Bad Request", "the query cannot be decoded");
    return std::move(*query);
}

void addPageHeaders(http::Response& response, const std::string& formTarget, bool script, const PageSources& sources) {
    PageSources allowed{{"style-src", " 'self'"}, {"img-src", " 'self' data:"}, {"form-action", " 'self'"}};
    if (script) allowed["script-src"] = " 'self'";
    if (!formTarget.empty()) allowed["form-action"] += " " + formTarget;
    for (const auto& [directive, more] : sources) allowed[directive] += more;
    std::string policy = "default-src 'none'";
    for (const auto& [directive, all] : allowed) policy += "; " + directive + all;
    policy += "; frame-ancestors 'none'; base-uri 'none'";
    response.header("Content-Security-Policy", policy)
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "no-referrer")
        .header("Cache-Control", "no-store");
}

std::string formTargetOf(const std::string& redirectUri) {
    const std::size_t colon = redirectUri.find(':');
    if (colon == std::string::npos) return {};
    std::string scheme = redirectUri.substr(0, colon + 1);
    const bool plain = std::ranges::all_of(scheme, [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.' || c == ':'; });
    if (!plain) return {};
    if (redirectUri.compare(colon, 3, "://") != 0 || (scheme != "http:" && scheme != "https:")) return scheme;
    const std::size_t end = redirectUri.find_first_of("/?#", colon + 3);
    std::string host = redirectUri.substr(colon + 3, end == std::string::npos ? end : end - colon - 3);
    // The grammar of source expressions has no IPv6 addresses.
    const bool usable = !host.empty() && std::ranges::all_of(host, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == ':'; });
    return usable ? scheme + "//" + host : scheme;
}

std::string targetHostOf(const std::string& redirectUri) {
    const std::size_t begin = redirectUri.find("://");
    if (begin == std::string::npos) return redirectUri.substr(0, redirectUri.find(':'));
    const std::string rest = redirectUri.substr(begin + 3, redirectUri.find_first_of("/?#", begin + 3) - begin - 3);
    return rest.empty() ? redirectUri.substr(0, begin) : rest;
}

}  // namespace latchkey::account
