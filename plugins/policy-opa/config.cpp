// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/config.h"

#include "domain/policy/policy_data.h"
#include "kernel/config/json.h"

#include <Poco/JSONString.h>

#include <algorithm>

namespace latchkey::opa {

namespace {

using config::Node;
using config::Section;

bool isPath(const std::string& text) {
    const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '/' || c == '.'; };
    return !text.empty() && text.front() != '/' && text.find("..") == std::string::npos && std::all_of(text.begin(), text.end(), allowed);
}

std::string path(const Section& policy, const std::string& name, bool chosen) {
    const std::string key = name + "_entrypoint";
    std::string value = policy.optionalString(key).value_or(name + "/violation");
    if (chosen && !isPath(value)) policy.problem(key, "must be a path such as `" + name + "/violation`");
    return value;
}

void readServer(Config& config, const Section& section) {
    config.url = section.optionalUrl("url").value_or("");
    config.timeoutMs = section.integer("timeout_ms", 2'000, 1, 60'000);
    config.token = section.inlineOrFile("token");
    if (!config.chosen) return;
    if (!section.has("url")) section.problem("url", "is required with `policy.engine: opa`");
    if (config.url.empty()) return;
    if (!config.url.starts_with("http://") && !config.url.starts_with("https://")) section.problem("url", "must be a http or https URL");
    if (config.url.find_first_of("?#") != std::string::npos) section.problem("url", "must have neither a query nor a fragment");
    if (!config.url.ends_with('/')) config.url += '/';
}

const Node* member(const Section& root, const char* section, const char* key) {
    const Node* parent = root.raw(section);
    return parent != nullptr && parent->kind == Node::Kind::mapping ? parent->find(key) : nullptr;
}

std::string json(const Node* node, const char* fallback) { return node == nullptr ? fallback : config::toJson(*node); }

// The same layers that the built-in policy starts from.
void readData(Config& config, const Section& root, const Section& policy) {
    const std::string base = "{\"server_name\":" + json(member(root, "matrix", "homeserver"), "\"localhost:8008\"") +
                             ",\"session_limit\":" + json(member(root, "experimental", "session_limit"), "null") + "}";
    try {
        config.data = mergePolicyData(base, json(policy.raw("data"), "{}"));
    } catch (const PolicyDataError& error) {
        policy.problem("data", error.what());
    }
}

}  // namespace

Config Config::parse(const config::Section& root) {
    const Section policy = root.section("policy");
    const Node* engine = policy.raw("engine");
    Config config;
    config.chosen = engine != nullptr && engine->kind == Node::Kind::string && engine->scalar == "opa";
    for (const char* key : {"wasm_module", "password_entrypoint", "data"}) policy.know(key);
    config.paths = {.registration = path(policy, "register", config.chosen),
                    .email = path(policy, "email", config.chosen),
                    .clientRegistration = path(policy, "client_registration", config.chosen),
                    .grant = path(policy, "authorization_grant", config.chosen),
                    .compatLogin = path(policy, "compat_login", config.chosen),
                    .personalToken = path(policy, "personal_token", config.chosen)};
    readServer(config, policy.section("opa"));
    if (config.chosen) readData(config, root, policy);
    return config;
}

}  // namespace latchkey::opa
