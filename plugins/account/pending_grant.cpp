// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pending_grant.h"

#include "domain/clock.h"
#include "domain/oauth2/authorization_grant_repository.h"
#include "domain/oauth2/authorization_request.h"
#include "domain/oauth2/client_repository.h"
#include "domain/store.h"
#include "domain/user/browser_session.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace latchkey::account {

namespace {

std::string rawParameter(const AuthorizationGrant& grant, const std::string& name) {
    try {
        Poco::JSON::Parser parser;
        return parser.parse(grant.rawParameters).extract<Poco::JSON::Object::Ptr>()->optValue<std::string>(name, "");
    } catch (const Poco::Exception&) {
        return {};
    }
}

std::vector<std::string> wordsOf(const AuthorizationGrant& grant, const std::string& parameter) {
    std::istringstream stream(rawParameter(grant, parameter));
    std::vector<std::string> all;
    for (std::string word; stream >> word;) all.push_back(word);
    return all;
}

std::optional<Duration> maxAge(const AuthorizationGrant& grant) {
    const std::string text = rawParameter(grant, "max_age");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 1'000'000'000) return std::nullopt;
    return Duration::seconds(seconds);
}

}  // namespace

std::optional<PendingGrant> findPendingGrant(Store& store, const std::optional<PostAuthAction>& next) {
    if (!next || next->kind != PostAuthAction::Kind::continueAuthorizationGrant) return std::nullopt;
    auto found = findGrant(store, *next->id);
    if (found && found->grant.state != AuthorizationGrant::State::pending) found.reset();
    return found;
}

std::optional<PendingGrant> findGrant(Store& store, const Ulid& id) {
    const auto work = store.reading();
    auto grant = work->authorizationGrants().find(id);
    if (!grant) return std::nullopt;
    auto client = work->clients().find(grant->clientId);
    if (!client) return std::nullopt;
    return PendingGrant{std::move(*grant), std::move(*client)};
}

bool hasPrompt(const AuthorizationGrant& grant, std::string_view word) {
    return std::ranges::count(wordsOf(grant, "prompt"), word) > 0;
}

std::vector<std::string> uiLocales(const AuthorizationGrant& grant) { return wordsOf(grant, "ui_locales"); }

std::string loginPath(const AuthorizationGrant& grant) {
    const PostAuthAction next{PostAuthAction::Kind::continueAuthorizationGrant, grant.id, {}, {}};
    std::string path = next.appendedTo("/login");
    if (grant.loginHint) path += "&" + formEncode({{"login_hint", *grant.loginHint}});
    return path;
}

std::string entryPath(const AuthorizationGrant& grant, bool registration) {
    const PostAuthAction next{PostAuthAction::Kind::continueAuthorizationGrant, grant.id, {}, {}};
    return registration && hasPrompt(grant, "create") ? next.appendedTo("/register") : loginPath(grant);
}

std::optional<Ulid> hintedUser(const AuthorizationGrant& grant) { return Ulid::parse(rawParameter(grant, "id_token_hint")); }

bool wantsLogin(const AuthorizationGrant& grant, const BrowserSession& session, std::optional<Instant> lastAuthentication, Instant now) {
    const auto hinted = hintedUser(grant);
    if (hinted && *hinted != session.user.id) return true;
    if (lastAuthentication && *lastAuthentication >= grant.createdAt) return false;
    if (hasPrompt(grant, "login")) return true;
    const auto limit = maxAge(grant);
    return limit && (!lastAuthentication || now - *lastAuthentication > *limit);
}

bool wantsLogin(Store& store, const AuthorizationGrant& grant, const BrowserSession& session) {
    return wantsLogin(grant, session, store.reading()->browserSessions().lastAuthentication(session.id), currentTime());
}

}  // namespace latchkey::account
