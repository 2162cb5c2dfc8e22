// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/post_auth_action.h"

#include "domain/oauth2/authorization_request.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <sstream>

namespace latchkey::account {

namespace {

using Kind = PostAuthAction::Kind;

struct Known {
    std::string_view name;
    Kind kind;
    std::string_view path;  ///< the id is appended where the path ends with a slash
};

constexpr Known kKnown[] = {
    {"continue_authorization_grant", Kind::continueAuthorizationGrant, "/consent/"},
    {"continue_device_code_grant", Kind::continueDeviceCodeGrant, "/device/"},
    {"continue_compat_sso_login", Kind::continueCompatSsoLogin, "/complete-compat-sso/"},
    {"change_password", Kind::changePassword, "/account/password/change"},
    {"link_upstream", Kind::linkUpstream, "/upstream/link/"},
    {"manage_account", Kind::manageAccount, "/account/"},
};

bool needsId(Kind kind) { return kind != Kind::changePassword && kind != Kind::manageAccount; }

const Known& known(Kind kind) { return *std::ranges::find(kKnown, kind, &Known::kind); }

std::optional<std::string> text(const http::Parameters& parameters, std::string_view name) {
    const auto value = parameters.get(name);
    return value ? std::optional(std::string(value->substr(0, 255))) : std::nullopt;
}

}  // namespace

std::optional<PostAuthAction> PostAuthAction::parse(const http::Parameters& parameters) {
    const auto found = std::ranges::find(kKnown, parameters.get("kind").value_or(""), &Known::name);
    if (found == std::end(kKnown)) return std::nullopt;
    PostAuthAction action{found->kind, std::nullopt, std::nullopt, std::nullopt};
    if (needsId(action.kind)) {
        action.id = Ulid::parse(parameters.get("id").value_or(""));
        if (!action.id) return std::nullopt;
    }
    if (action.kind == Kind::manageAccount) {
        action.action = text(parameters, "action");
        action.deviceId = text(parameters, "device_id");
    }
    return action;
}

std::optional<PostAuthAction> PostAuthAction::fromJson(const std::string& json) {
    std::vector<std::pair<std::string, std::string>> members;
    try {
        Poco::JSON::Parser parser;
        for (const auto& [name, value] : *parser.parse(json).extract<Poco::JSON::Object::Ptr>()) {
            if (value.isString()) members.emplace_back(name, value.extract<std::string>());
        }
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    const auto decoded = http::Parameters::parse(formEncode(members));
    return decoded ? parse(*decoded) : std::nullopt;
}

std::string PostAuthAction::toJson() const {
    Poco::JSON::Object object;
    for (const auto& [name, value] : parameters()) object.set(name, value);
    std::ostringstream out;
    object.stringify(out);
    return out.str();
}

std::string PostAuthAction::destination() const {
    std::string path(known(kind).path);
    if (id) path += id->text();
    if (kind != Kind::manageAccount || !action) return path;
    std::vector<std::pair<std::string, std::string>> query{{"action", *action}};
    if (deviceId) query.emplace_back("device_id", *deviceId);
    return path + "?" + formEncode(query);
}

std::vector<std::pair<std::string, std::string>> PostAuthAction::parameters() const {
    std::vector<std::pair<std::string, std::string>> all{{"kind", std::string(known(kind).name)}};
    if (id) all.emplace_back("id", id->text());
    if (action) all.emplace_back("action", *action);
    if (deviceId) all.emplace_back("device_id", *deviceId);
    return all;
}

std::string PostAuthAction::appendedTo(std::string path) const { return std::move(path) + "?" + formEncode(parameters()); }

std::string destinationOf(const std::optional<PostAuthAction>& action) { return action ? action->destination() : "/"; }

}  // namespace latchkey::account
