// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/checks.h"
#include "plugins/policy-builtin/uri.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace latchkey::policy {

namespace {

using Object = Poco::JSON::Object::Ptr;
using Array = Poco::JSON::Array::Ptr;
using Poco::Dynamic::Var;

constexpr std::size_t kDeepest = 32;

Object parsed(const std::string& json) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        const Var document = parser.parse(json);
        if (document.type() == typeid(Object)) return document.extract<Object>();
    } catch (const Poco::Exception&) {
        // refused below
    }
    return {};
}

std::optional<Uri> uriOf(const Var& value) { return value.isString() ? Uri::parse(value.convert<std::string>()) : std::nullopt; }

/// The rules of one registration, in the order of its report.
class ClientCheck {
public:
    ClientCheck(const Rules& rules, const Object& metadata) : rules_(rules), metadata_(metadata) {
        const auto uri = uriOf(metadata->get("client_uri"));
        if (uri) clientHost_ = uri->host;
    }

    PolicyViolations run() {
        checkClientUri();
        for (const char* key : {"tos_uri", "policy_uri", "logo_uri"}) checkLink(key);
        if (lists("grant_types", "client_credentials") && text("token_endpoint_auth_method") == "none") {
            refuse("a client without authentication cannot use the grant type client_credentials");
        }
        checkRedirectUris();
        return std::move(violations_);
    }

private:
    void refuse(std::string message) { violations_.push_back(violation(std::move(message))); }
    void refuseRedirect(std::string message) {
        refuse(std::move(message));
        violations_.back().redirectUri = true;
    }

    std::string text(const char* key) const {
        const Var value = metadata_->get(key);
        return value.isString() ? value.convert<std::string>() : std::string();
    }
    bool lists(const char* key, std::string_view wanted) const {
        const Array items = metadata_->getArray(key);
        return items && std::any_of(items->begin(), items->end(), [&](const Var& item) { return item.isString() && item.convert<std::string>() == wanted; });
    }

    bool secure(const std::optional<Uri>& uri) const { return rules_.allowInsecureUris || (uri && isSecure(*uri)); }
    bool hostMatches(const std::optional<Uri>& uri) const {
        if (rules_.allowHostMismatch || rules_.allowMissingClientUri) return true;
        return uri && uri->host && clientHost_ && isUnder(*uri->host, *clientHost_);
    }

    void checkClientUri() {
        if (!metadata_->has("client_uri")) {
            if (!rules_.allowMissingClientUri) refuse("client_uri is missing");
            return;
        }
        if (!secure(uriOf(metadata_->get("client_uri")))) refuse("client_uri is not a secure URI");
    }

    void checkLink(const std::string& key) {
        if (!metadata_->has(key)) return;
        const auto uri = uriOf(metadata_->get(key));
        if (!secure(uri)) refuse(key + " is not a secure URI");
        if (!hostMatches(uri)) refuse(key + " is not below the host of client_uri");
    }

    void checkRedirectUris() {
        const bool needed = !metadata_->has("grant_types") || lists("grant_types", "authorization_code") || lists("grant_types", "implicit");
        if (!metadata_->has("redirect_uris")) {
            if (needed) refuseRedirect("redirect_uris is missing");
            return;
        }
        const Array uris = metadata_->getArray("redirect_uris");
        if (!uris) return refuseRedirect("redirect_uris is not a list");
        if (uris->size() == 0 && needed) refuseRedirect("redirect_uris is empty");
        for (const Var& each : *uris) {
            if (!isRedirect(each)) refuseRedirect("invalid redirect_uri" + (each.isString() ? ": " + each.convert<std::string>() : std::string()));
        }
    }

    bool isRedirect(const Var& value) const {
        const auto uri = uriOf(value);
        if (secure(uri) && hostMatches(uri)) return true;
        if (!uri || text("application_type") != "native") return false;
        if (uri->host) return uri->scheme == "http" && isLoopback(*uri->host);
        // RFC 8252 §7.1: a scheme that belongs to whoever has the domain name.
        return clientHost_ && (uri->scheme + ".").starts_with(reversedLabels(*clientHost_) + ".");
    }

    const Rules& rules_;
    const Object& metadata_;
    std::optional<std::string> clientHost_;
    PolicyViolations violations_;
};

}  // namespace

PolicyViolations checkClient(const Rules& rules, const std::string& metadata) {
    const Object object = parsed(metadata);
    if (!object) return {violation("the client's metadata cannot be read")};
    return ClientCheck(rules, object).run();
}

}  // namespace latchkey::policy
