// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/rules.h"

#include "plugins/policy-builtin/data_reader.h"

#include <Poco/JSON/Parser.h>

#include <limits>

namespace latchkey::policy {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostDays = 3'650;
constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kLongestLifetime = 31'536'000;  // a year

std::optional<SessionLimit> sessionLimit(const DataReader& data) {
    if (!data.given("session_limit")) return std::nullopt;
    const DataReader reader = data.below("session_limit");
    const auto soft = reader.integer("soft_limit", 1, kMost);
    const auto hard = reader.integer("hard_limit", 1, kMost);
    const auto threshold = reader.integer("max_session_threshold", 1, kMost);
    for (const char* key : {"soft_limit", "hard_limit"}) {
        if (!reader.given(key)) reader.problem(key, "is required");
    }
    return SessionLimit{soft.value_or(1), hard.value_or(1), threshold};
}

std::map<std::string, Duration, std::less<>> lifetimes(const DataReader& reader) {
    std::map<std::string, Duration, std::less<>> all;
    for (const std::string& client : reader.keys()) {
        if (const auto seconds = reader.integer(client, 1, kLongestLifetime)) all.emplace(client, Duration::seconds(*seconds));
    }
    return all;
}

void readLists(Rules& rules, const DataReader& data) {
    const DataReader emails = data.below("emails");
    const DataReader registration = data.below("registration");
    const DataReader requester = data.below("requester");
    if (data.restricts("allowed_domains")) rules.allowedDomains = data.domains("allowed_domains");
    if (emails.restricts("allowed_addresses")) rules.allowedAddresses = emails.matcher("allowed_addresses");
    if (registration.restricts("allowed_usernames")) rules.allowedUsernames = registration.matcher("allowed_usernames");
    rules.bannedDomains = data.domains("banned_domains");
    rules.bannedAddresses = emails.matcher("banned_addresses");
    rules.bannedUsernames = registration.matcher("banned_usernames");
    rules.bannedIps = requester.ranges("banned_ips");
    rules.bannedUserAgents = requester.matcher("banned_user_agents");
}

Poco::JSON::Object::Ptr parsed(const std::string& json) {
    try {
        const auto document = Poco::JSON::Parser().parse(json);
        if (document.type() == typeid(Poco::JSON::Object::Ptr)) return document.extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        // reported by the caller
    }
    return {};
}

}  // namespace

std::string DataProblem::text() const {
    std::string text;
    for (const std::string& each : path) text += (text.empty() ? "" : ".") + each;
    return text + (text.empty() ? "" : ": ") + message;
}

Rules readRules(const std::string& json, std::vector<DataProblem>& problems) {
    Rules rules;
    const auto object = parsed(json);
    if (!object) {
        problems.push_back({{}, "the data must be an object"});
        return rules;
    }
    const DataReader data(object, {}, problems);
    rules.serverName = data.string("server_name");
    rules.sessionLimit = sessionLimit(data);
    rules.adminUsers = data.names("admin_users");
    rules.adminClients = data.names("admin_clients");
    readLists(rules, data);
    const DataReader clients = data.below("client_registration");
    rules.allowInsecureUris = clients.boolean("allow_insecure_uris");
    rules.allowHostMismatch = clients.boolean("allow_host_mismatch");
    rules.allowMissingClientUri = clients.boolean("allow_missing_client_uri");
    const DataReader consent = data.below("consent");
    rules.skipConsent = consent.names("skip_clients");
    rules.rememberConsent = consent.names("remember_clients");
    const DataReader personal = data.below("personal_tokens");
    rules.personalScopes = personal.names("allowed_scopes");
    if (const auto days = personal.integer("max_days", 1, kMostDays)) rules.personalLifetime = Duration::seconds(*days * kSecondsOfDay);
    rules.lifetimes = lifetimes(data.below("token_lifetimes"));
    return rules;
}

}  // namespace latchkey::policy
