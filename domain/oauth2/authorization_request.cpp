// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth2/authorization_request.h"

#include "domain/oauth2/error_description.h"
#include "domain/oauth2/id_token_algorithm.h"
#include "domain/oauth2/redirect_uri.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>

namespace latchkey {

AuthorizationRejection::AuthorizationRejection(std::string code, std::string description, std::optional<AuthorizationTarget> target)
    : Error(code + ": " + description),
      code_(std::move(code)),
      description_(errorDescription(std::move(description))),
      target_(std::move(target)) {}
AuthorizationRejection::~AuthorizationRejection() = default;

namespace {

constexpr std::size_t kLongestValue = 2048;

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> found;
    for (std::string word; stream >> word;) found.push_back(word);
    return found;
}

// Looks parameters up; an empty one counts as absent (RFC 6749 §3.1).
class Reader {
public:
    explicit Reader(const AuthorizationParameters& parameters) : parameters_(parameters) {}

    std::optional<std::string> get(std::string_view name) const {
        for (const auto& [key, value] : parameters_) {
            if (key == name && !value.empty()) return value;
        }
        return std::nullopt;
    }
    /// The name of one that is there twice, or too long; empty if all is well.
    std::string malformed() const {
        for (const auto& [key, value] : parameters_) {
            const auto same = std::ranges::count_if(parameters_, [&](const auto& other) { return other.first == key; });
            if (same > 1 || value.size() > kLongestValue) return key.substr(0, 64);
        }
        return {};
    }

private:
    const AuthorizationParameters& parameters_;
};

class Parser {
public:
    Parser(const AuthorizationParameters& parameters, const AuthorizationRequest::Rules& rules) : reader_(parameters), rules_(rules) {}

    AuthorizationRequest parse(const std::function<std::optional<Client>(const std::string&)>& findClient) {
        findTarget(findClient);
        refuseRequestObjects();
        refuseMalformed();
        refuseUnsupported();
        readScope();
        readChallenge();
        readPrompt();
        request_.nonce = reader_.get("nonce");
        readMaxAge();
        request_.loginHint = reader_.get("login_hint");
        request_.idTokenHint = reader_.get("id_token_hint");
        request_.uiLocales = words(reader_.get("ui_locales").value_or(""));
        request_.acrValues = words(reader_.get("acr_values").value_or(""));
        return std::move(request_);
    }

private:
    [[noreturn]] static void show(std::string code, std::string description) { throw AuthorizationRejection(std::move(code), std::move(description)); }
    [[noreturn]] void reject(std::string code, std::string description) const { throw AuthorizationRejection(std::move(code), std::move(description), request_.target); }

    void findTarget(const std::function<std::optional<Client>(const std::string&)>& findClient) {
        const std::string malformed = reader_.malformed();
        if (malformed == "client_id" || malformed == "redirect_uri") show("invalid_request", malformed + " is there twice or too long");
        const auto clientId = reader_.get("client_id");
        if (!clientId) show("invalid_request", "client_id is missing");
        const auto client = findClient(*clientId);
        if (!client) show("invalid_client", "the client is not known");
        request_.client = *client;
        readRedirectUri();
        request_.target.state = reader_.get("state");
        readResponseMode();
    }

    // However long it is: the client must learn that it is not wanted at all.
    void refuseRequestObjects() const {
        if (reader_.get("request")) reject("request_not_supported", "request objects are not supported");
    }

    void refuseMalformed() const {
        const std::string malformed = reader_.malformed();
        if (!malformed.empty()) reject("invalid_request", "the parameter " + malformed + " is there twice or too long");
    }

    void readRedirectUri() {
        const auto given = reader_.get("redirect_uri");
        request_.redirectUriGiven = given.has_value();
        const auto& registered = request_.client.redirectUris;
        if (!given && registered.size() != 1) show("invalid_request", registered.empty() ? "the client has no redirect_uri registered" : "redirect_uri is missing, and the client has several");
        if (given && !isRegisteredRedirectUri(*given, registered)) show("invalid_request", "redirect_uri is not registered for this client");
        request_.target.redirectUri = given ? *given : registered.front();
    }

    void readResponseMode() {
        const auto mode = reader_.get("response_mode");
        if (!mode || *mode == "query") return;
        if (*mode == "fragment") request_.target.mode = ResponseMode::fragment;
        else if (*mode == "form_post") request_.target.mode = ResponseMode::formPost;
        else show("invalid_request", "response_mode must be query, fragment or form_post");
    }

    void refuseUnsupported() const {
        if (reader_.get("request_uri")) reject("request_uri_not_supported", "request_uri must come from the pushed authorization request endpoint, and is used once");
        if (reader_.get("registration")) reject("registration_not_supported", "register at the registration endpoint");
        const auto type = reader_.get("response_type");
        if (!type) reject("invalid_request", "response_type is missing");
        if (*type != "code") reject("unsupported_response_type", "response_type must be code");
        if (!request_.client.grantAuthorizationCode) reject("unauthorized_client", "the client is not registered for the authorization code grant");
    }

    void readScope() {
        const auto text = reader_.get("scope");
        if (!text) reject("invalid_scope", "scope is missing");
        const auto scope = Scope::parse(*text);
        if (!scope) reject("invalid_scope", "scope is malformed");
        request_.scope = *scope;
        if (rules_.keys != nullptr && !canBeSigned(*scope, request_.client, *rules_.keys->keys())) reject("invalid_scope", kNoIdTokenKey);
    }

    void readChallenge() {
        const auto challenge = reader_.get("code_challenge");
        const auto method = reader_.get("code_challenge_method");
        if (!challenge) {
            if (method) reject("invalid_request", "code_challenge_method without code_challenge");
            if (request_.client.isPublic() || rules_.requirePkceOfAll) reject("invalid_request", "code_challenge is required (PKCE, RFC 7636)");
            return;
        }
        const bool s256 = method == "S256";
        if (!s256 && method && *method != "plain") reject("invalid_request", "code_challenge_method must be S256");
        if (!s256 && !rules_.plainCodeChallenge) reject("invalid_request", "code_challenge_method must be S256");
        const bool wellFormed = challenge->size() >= 43 && challenge->size() <= 128 && std::ranges::all_of(*challenge, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~'; });
        if (!wellFormed || (s256 && challenge->size() != 43)) reject("invalid_request", "code_challenge is malformed");
        request_.challenge = CodeChallenge{s256 ? CodeChallenge::Method::s256 : CodeChallenge::Method::plain, *challenge};
    }

    void readPrompt() {
        const auto prompts = words(reader_.get("prompt").value_or(""));
        const auto has = [&](std::string_view word) { return std::ranges::find(prompts, word) != prompts.end(); };
        request_.promptNone = has("none");
        request_.promptLogin = has("login");
        request_.promptConsent = has("consent");
        request_.promptCreate = has("create");
        request_.promptSelectAccount = has("select_account");
        if (request_.promptNone && prompts.size() > 1) reject("invalid_request", "prompt=none goes with no other value");
    }

    void readMaxAge() {
        const auto text = reader_.get("max_age");
        if (!text) return;
        std::int64_t seconds = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
        if (error != std::errc{} || end != text->data() + text->size() || seconds < 0) reject("invalid_request", "max_age is not a number of seconds");
        request_.maxAgeSeconds = seconds;
    }

    Reader reader_;
    const AuthorizationRequest::Rules& rules_;
    AuthorizationRequest request_;
};

std::string percentEncoded(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') out += c;
        else out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    return out;
}

}  // namespace

AuthorizationRequest AuthorizationRequest::parse(const AuthorizationParameters& parameters, const std::function<std::optional<Client>(const std::string&)>& findClient, const Rules& rules) {
    return Parser(parameters, rules).parse(findClient);
}

std::string formEncode(const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) out.append(out.empty() ? "" : "&").append(percentEncoded(name)).append("=").append(percentEncoded(value));
    return out;
}

std::string redirectLocation(const AuthorizationTarget& target, const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::vector<std::pair<std::string, std::string>> all = parameters;
    if (target.state) all.emplace_back("state", *target.state);
    const std::string encoded = formEncode(all);
    if (target.mode == ResponseMode::fragment) return target.redirectUri + "#" + encoded;
    const bool hasQuery = target.redirectUri.find('?') != std::string::npos;
    const bool needsJoint = hasQuery && !target.redirectUri.ends_with('?') && !target.redirectUri.ends_with('&');
    return target.redirectUri + (hasQuery ? (needsJoint ? "&" : "") : "?") + encoded + "#";
}

}  // namespace latchkey
