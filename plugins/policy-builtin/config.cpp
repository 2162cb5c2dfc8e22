// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/config.h"

#include "domain/policy/policy_data.h"
#include "kernel/config/json.h"
#include "kernel/config/section.h"
#include "plugins/policy-builtin/rules.h"

#include <Poco/JSONString.h>

#include <algorithm>

namespace latchkey::policy {

namespace {

using config::Node;
using config::Section;

const Node* member(const Section& root, const char* section, const char* key) {
    const Node* parent = root.raw(section);
    return parent != nullptr && parent->kind == Node::Kind::mapping ? parent->find(key) : nullptr;
}

// matrix.homeserver and experimental.session_limit are checked by whoever owns them; what is wrong there is reported there.
std::string baseData(const Section& root) {
    const Node* name = member(root, "matrix", "homeserver");
    const Node* limit = member(root, "experimental", "session_limit");
    const bool usable = limit != nullptr && limit->kind == Node::Kind::mapping;
    return "{\"server_name\":" + Poco::toJSON(name != nullptr ? name->scalar : "localhost:8008") + ",\"session_limit\":" + (usable ? config::toJson(*limit) : "null") + "}";
}

// The keys below `data` that mean something here, so that a misspelt one beside them is warned of. On the top level there may be
// others, for other policies.
void knowKeys(const Section& data) {
    for (const std::string& key : data.keys()) data.know(key);
    const auto know = [&](const Section& parent, const char* key, std::initializer_list<const char*> members) {
        if (parent.kindOf(key) != Node::Kind::mapping) return;
        const Section section = parent.section(key);
        for (const char* each : members) section.know(each);
        for (const char* each : members) {
            if (section.kindOf(each) != Node::Kind::mapping) continue;
            const Section matcher = section.section(each);
            for (const char* kind : {"literals", "substrings", "prefixes", "suffixes", "regexes"}) matcher.know(kind);
        }
    };
    know(data, "client_registration", {"allow_host_mismatch", "allow_insecure_uris", "allow_missing_client_uri"});
    know(data, "registration", {"allowed_usernames", "banned_usernames"});
    know(data, "emails", {"allowed_addresses", "banned_addresses"});
    know(data, "requester", {"banned_ips", "banned_user_agents"});
    know(data, "personal_tokens", {"allowed_scopes", "max_days"});
    know(data, "consent", {"skip_clients", "remember_clients"});
}

// At the line of the key itself.
void report(const Section& section, const DataProblem& problem, std::size_t depth) {
    const bool last = depth + 1 >= problem.path.size();
    const std::string key = problem.path.empty() ? "" : problem.path[depth];
    if (last || section.kindOf(key) != Node::Kind::mapping) return section.problem(key, problem.message);
    report(section.section(key), problem, depth + 1);
}

// What is wrong with the layers together, as far as it was written here: the base layer is reported by its owner.
void checkData(const Section& data, const std::string& layers) {
    knowKeys(data);
    std::vector<DataProblem> problems;
    readRules(layers, problems);
    for (const DataProblem& each : problems) {
        if (data.has(each.path.empty() ? "" : each.path.front())) report(data, each, 0);
    }
}

std::string layered(const std::string& base, const Section& policy) {
    const Node* node = policy.raw("data");
    if (node == nullptr || node->kind == Node::Kind::null) return base;
    if (node->kind != Node::Kind::mapping) {
        policy.problem("data", "must be a mapping");
        return base;
    }
    try {
        const std::string layers = mergePolicyData(base, config::toJson(*node));
        checkData(policy.section("data"), layers);
        return layers;
    } catch (const PolicyDataError& error) {
        policy.problem("data", error.what());
        return base;
    }
}

void warnOfModule(const Section& policy, const Config& config) {
    const auto module = policy.optionalString("wasm_module");
    const auto stock = {"./policies/policy.wasm", "./share/policy.wasm", "/usr/local/share/mas-cli/policy.wasm"};
    if (!module || !config.isBuiltin() || std::find(stock.begin(), stock.end(), *module) != stock.end()) return;
    policy.warning("wasm_module", "is not evaluated: this server runs no WebAssembly, and decides with its built-in policy, which knows the stock policy's "
                                  "`data`. Rules of your own: serve their Rego source with OPA (`policy.engine: opa`), or write a plugin that offers domain.Policy");
}

void checkEntrypoints(const Section& policy, const Config& config) {
    for (const char* name : {"client_registration", "register", "authorization_grant", "compat_login", "email", "password", "personal_token"}) {
        const std::string key = std::string(name) + "_entrypoint";
        const auto value = policy.optionalString(key);
        if (value && config.isBuiltin() && *value != std::string(name) + "/violation") policy.warning(key, "has no effect on the built-in policy");
    }
}

}  // namespace

Config Config::parse(const config::Section& root) {
    const Section policy = root.section("policy");
    Config config;
    config.engine = policy.string("engine", "builtin");
    if (config.engine.empty()) policy.problem("engine", "must be `builtin`, `opa`, or the name of the plugin that decides");
    policy.know("opa");
    warnOfModule(policy, config);
    checkEntrypoints(policy, config);
    policy.know("data");  // what it means to another engine is not known here
    if (!config.isBuiltin()) return config;
    config.data = layered(baseData(root), policy);
    return config;
}

}  // namespace latchkey::policy
