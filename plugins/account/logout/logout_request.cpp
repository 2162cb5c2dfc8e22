// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/logout/logout_request.h"

#include "domain/oauth2/authorization_request.h"
#include "domain/oauth2/client_repository.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>

namespace latchkey::account {

namespace {

constexpr std::size_t kLongestValue = 2048;
constexpr std::size_t kLongestToken = 8192;

// An empty one counts as absent, as in the rest of OAuth (RFC 6749 §3.1).
std::optional<std::string> value(const http::Parameters& parameters, const char* name, std::size_t longest = kLongestValue) {
    if (parameters.count(name) > 1) throw LogoutRejection(std::string("invalid_request: ") + name + " is there twice");
    const auto found = parameters.get(name);
    if (!found || found->empty()) return std::nullopt;
    if (found->size() > longest) throw LogoutRejection(std::string("invalid_request: ") + name + " is too long");
    return std::string(*found);
}

Client namedClient(const std::string& clientId, Store& store) {
    const auto id = Ulid::parse(clientId);
    const auto client = id ? store.reading()->clients().find(*id) : std::nullopt;
    if (!client) throw LogoutRejection("invalid_client: the client is not known");
    return *client;
}

bool isRegistered(const std::string& uri, const Ulid& clientId, Store& store) {
    const auto registration = store.reading()->clients().registration(clientId);
    if (!registration) return false;
    Poco::JSON::Parser parser;
    const auto uris = parser.parse(registration->metadata).extract<Poco::JSON::Object::Ptr>()->getArray("post_logout_redirect_uris");
    return !uris.isNull() && std::any_of(uris->begin(), uris->end(), [&](const Poco::Dynamic::Var& each) { return each.isString() && each.extract<std::string>() == uri; });
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> all;
    for (std::string word; stream >> word;) all.push_back(word);
    return all;
}

}  // namespace

// A hint that cannot be read (its key is gone, its client …) proves nothing, but must not keep anybody from logging out. There is one
// session per browser, so logout_hint has nothing to choose from.
LogoutRequest LogoutRequest::read(const http::Parameters& parameters, Store& store, const IdTokenReader& idTokens) {
    LogoutRequest request;
    value(parameters, "logout_hint");
    const auto token = value(parameters, "id_token_hint", kLongestToken);
    const auto clientId = value(parameters, "client_id");
    const auto hint = token ? idTokens.read(*token) : std::nullopt;
    if (clientId) request.client = namedClient(*clientId, store);
    if (hint && request.client && request.client->id != hint->client.id) throw LogoutRejection("invalid_request: id_token_hint was made for another client than client_id");
    if (hint) {
        request.client = hint->client;
        request.subject = hint->subject;
    }
    request.uiLocales = words(value(parameters, "ui_locales").value_or(""));
    request.state = value(parameters, "state");
    request.redirectUri = value(parameters, "post_logout_redirect_uri");
    if (request.redirectUri && !request.client) throw LogoutRejection("invalid_request: post_logout_redirect_uri needs a client_id, or an id_token_hint of this server");
    if (request.redirectUri && !isRegistered(*request.redirectUri, request.client->id, store)) {
        throw LogoutRejection("invalid_request: post_logout_redirect_uri is not registered for this client");
    }
    return request;
}

// It ends with a fragment, so that the browser does not carry one over.
std::optional<std::string> LogoutRequest::location() const {
    if (!redirectUri) return std::nullopt;
    if (!state) return *redirectUri + "#";
    return redirectLocation({*redirectUri, ResponseMode::query, state}, {});
}

std::vector<std::pair<std::string, std::string>> LogoutRequest::parameters() const {
    std::vector<std::pair<std::string, std::string>> all;
    if (client) all.emplace_back("client_id", client->clientId());
    if (redirectUri) all.emplace_back("post_logout_redirect_uri", *redirectUri);
    if (state) all.emplace_back("state", *state);
    std::string locales;
    for (const std::string& each : uiLocales) locales += (locales.empty() ? "" : " ") + each;
    if (!locales.empty()) all.emplace_back("ui_locales", locales);
    return all;
}

}  // namespace latchkey::account
