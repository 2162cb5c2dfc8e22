// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/doctor.h"

#include "domain/outgoing_http.h"
#include "domain/secret.h"
#include "kernel/config/section.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::synapse {

namespace {

using Json = Poco::JSON::Object::Ptr;
using Report = DoctorCheck::Report;

constexpr std::int64_t kPatienceMs = 5'000;
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kLongestName = 255;

Json objectOf(const OutgoingResponse& response) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        const auto document = parser.parse(response.body);
        return document.type() == typeid(Json) ? document.extract<Json>() : Json();
    } catch (const Poco::Exception&) {
        return {};
    }
}

std::string member(const Json& object, const std::string& key) {
    const auto value = object.isNull() ? Poco::Dynamic::Var() : object->get(key);
    return !value.isEmpty() && value.isString() ? value.convert<std::string>() : std::string();
}

Json objectIn(const Json& object, const std::string& key) {
    return object.isNull() || !object->isObject(key) ? Json() : object->getObject(key);
}

bool isTrue(const Json& object, const std::string& key) {
    const auto value = object->get(key);
    return !value.isEmpty() && value.isBoolean() && value.convert<bool>();
}

bool leadsToUs(const Json& document) {
    const auto flows = document.isNull() ? Poco::JSON::Array::Ptr() : document->getArray("flows");
    for (std::size_t i = 0; !flows.isNull() && i < flows->size(); ++i) {
        const Json flow = flows->getObject(static_cast<unsigned>(i));
        if (flow.isNull() || member(flow, "type") != "m.login.sso") continue;
        if (isTrue(flow, "oauth_aware_preferred") || isTrue(flow, "org.matrix.msc3824.delegated_oidc_compatibility")) return true;
    }
    return false;
}

bool isOk(const OutgoingResponse& response) { return response.status >= 200 && response.status < 300; }

std::string slashed(std::string url) { return url.ends_with('/') ? url : url + '/'; }

}  // namespace

SynapseCheck::Settings SynapseCheck::Settings::parse(const config::Section& root) {
    const config::Section http = root.section("http");
    Settings settings{.matrix = MatrixSettings::parse(root), .issuer = {}};
    for (const char* key : {"issuer", "public_base"}) {
        const config::Node* node = settings.issuer.empty() ? http.raw(key) : nullptr;
        if (node != nullptr && node->kind == config::Node::Kind::string) settings.issuer = node->scalar;
    }
    return settings;
}

std::optional<OutgoingResponse> SynapseCheck::get(Report& report, const std::string& url, const std::string& token, const std::string& cure) const {
    OutgoingRequest request;
    request.url = url;
    request.headers = {{"accept", "application/json"}};
    if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
    request.timeoutMs = kPatienceMs;
    request.largestAnswer = 1 << 20;
    request.redirects = 3;
    request.untrusted = false;
    try {
        return http_.send(request);
    } catch (const OutgoingHttpError& error) {
        report.warn(url + " cannot be asked: " + error.what(), cure);
        return std::nullopt;
    }
}

void SynapseCheck::run(Report& report) {
    issuer(report);
    const std::string base = wellKnown(report);
    if (!versions(report)) return;
    serverName(report);
    reachesUs(report);
    republishes(report);
    loginFlows(report, base);
}

void SynapseCheck::issuer(Report& report) const {
    if (settings_.issuer.starts_with("https://")) return;
    report.warn("the issuer " + (settings_.issuer.empty() ? "is not set" : settings_.issuer + " is not https"), "set http.public_base to the https address that clients use");
}

std::string SynapseCheck::wellKnown(Report& report) const {
    const std::string& server = settings_.matrix.serverName;
    const std::string url = "https://" + server + "/.well-known/matrix/client";
    const std::string cure = "serve it at " + server + R"(: {"m.homeserver": {"base_url": "https://…"}})";
    const auto response = get(report, url, "", cure);
    if (!response) return settings_.matrix.endpoint;
    const std::string base = isOk(*response) ? member(objectIn(objectOf(*response), "m.homeserver"), "base_url") : std::string();
    if (base.empty()) {
        report.warn(url + " (status " + std::to_string(response->status) + ") names no homeserver: clients that know only the server name do not find it", cure);
        return settings_.matrix.endpoint;
    }
    report.ok("clients find the homeserver of " + server + " at " + base);
    return slashed(base);
}

bool SynapseCheck::versions(Report& report) const {
    const std::string url = resolveEndpoint(settings_.matrix.endpoint, "_matrix/client/versions");
    const std::string cure = "start Synapse, or correct matrix.endpoint: curl -v " + url;
    const auto response = get(report, url, "", cure);
    if (response && isOk(*response) && !objectOf(*response).isNull()) {
        report.ok("Synapse answers at " + settings_.matrix.endpoint);
        return true;
    }
    report.fail(url + (response ? " answers " + std::to_string(response->status) + " and is no Matrix homeserver" : " cannot be reached"), cure);
    return false;
}

// Synapse publishes its keys under its name, where it talks to other servers. Where it does not there is nothing to compare.
void SynapseCheck::serverName(Report& report) const {
    const std::string url = resolveEndpoint(settings_.matrix.endpoint, "_matrix/key/v2/server");
    const auto response = get(report, url, "", "look into Synapse's log");
    const std::string name = response && isOk(*response) ? member(objectOf(*response), "server_name") : std::string();
    if (name.empty()) return;
    if (name == settings_.matrix.serverName) report.ok("Synapse is " + name + ", as matrix.homeserver says");
    else report.fail("Synapse calls itself " + name.substr(0, kLongestName) + ", matrix.homeserver says " + settings_.matrix.serverName, "set matrix.homeserver to Synapse's server_name, or correct matrix.endpoint");
}

// A token that nobody has: Synapse must ask us about it to know.
void SynapseCheck::reachesUs(Report& report) const {
    constexpr std::size_t kCharacters = 24;
    const std::string url = resolveEndpoint(settings_.matrix.endpoint, "_matrix/client/v3/account/whoami");
    const auto response = get(report, url, "doctor_" + randomAlphanumerics(kCharacters), "look into Synapse's log");
    if (!response) return;
    const std::string cure = "correct matrix_authentication_service.endpoint and .secret of Synapse, see that this service runs (mas-cli server) and that Synapse's machine reaches it";
    if (response->status == 401) report.ok("Synapse answers for a token that does not exist as it should: it reaches this service, or asks nobody");
    else if (response->status == 503) report.fail("Synapse does not reach this service to ask about tokens (503)", cure);
    else if (response->status < 400) report.fail("Synapse takes a token that does not exist (" + std::to_string(response->status) + ")", "see that matrix.endpoint is Synapse, and not a proxy's page");
    else report.warn("Synapse answers " + std::to_string(response->status) + " for a token that does not exist, in place of 401", "look into Synapse's log");
}

void SynapseCheck::republishes(Report& report) const {
    const std::string url = resolveEndpoint(settings_.matrix.endpoint, "_matrix/client/v1/auth_metadata");
    const auto response = get(report, url, "", "look into Synapse's log");
    if (!response) return;
    const Json document = objectOf(*response);
    if (response->status == 404) {
        report.fail("Synapse does not leave log-in to another service (404 for auth_metadata)",
                    "enable the section matrix_authentication_service in homeserver.yaml (Synapse 1.136 or newer) and restart Synapse");
        return;
    }
    if (!isOk(*response) || document.isNull()) {
        report.fail("Synapse cannot tell clients about this service (" + std::to_string(response->status) + " for auth_metadata)",
                    "correct matrix_authentication_service.endpoint; it must lead to .well-known/openid-configuration of this service");
        return;
    }
    const std::string told = member(document, "issuer");
    if (slashed(told) == slashed(settings_.issuer)) report.ok("Synapse tells clients about this service");
    else report.fail("Synapse tells clients that the issuer is " + told + ", here it is " + settings_.issuer, "restart Synapse, which keeps what it read once; if that does not help, correct matrix_authentication_service.endpoint");
}

void SynapseCheck::loginFlows(Report& report, const std::string& base) const {
    const std::string url = resolveEndpoint(base, "_matrix/client/v3/login");
    const std::string cure = "let the reverse proxy give /_matrix/client/*/login, logout, logout/all and refresh to the resource `compat` of this service";
    const auto response = get(report, url, "", cure);
    if (!response) return;
    if (!isOk(*response)) report.fail(url + " answers " + std::to_string(response->status) + ": old clients cannot log in", cure);
    else if (leadsToUs(objectOf(*response))) report.ok("old clients log in by this service");
    else report.warn(url + " offers no log-in by this service", cure);
}

}  // namespace latchkey::synapse
