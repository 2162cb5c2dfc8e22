// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/import/import.h"

#include "kernel/command.h"
#include "kernel/log.h"
#include "plugins/homeserver-synapse/import/providers.h"

namespace latchkey::synapse {

namespace {

using config::Node;

const log::Logger kLog("synapse-config");

Node& sectionOf(Node& root, const std::string& name) {
    Node* found = root.find(name);
    return found != nullptr ? *found : root.set(name, Node::mapping());
}

void matrix(const SynapseSection& synapse, Node& root) {
    Node& section = sectionOf(root, "matrix");
    section.set("homeserver", Node::string(synapse.text("server_name").value_or("")));
    const auto base = synapse.text("public_baseurl");
    if (base) section.set("endpoint", Node::string(base->ends_with('/') ? *base : *base + '/'));
    else synapse.warn("public_baseurl", "is not set: see that matrix.endpoint leads to Synapse");
}

Node scheme(int version, const char* algorithm) {
    Node made = Node::mapping();
    made.set("version", Node::integer(version));
    made.set("algorithm", Node::string(algorithm));
    return made;
}

// Hashes of Synapse are bcrypt's, of the normalised password with the pepper behind it. New ones are argon2id's.
Node schemes(const SynapseSection& synapse) {
    constexpr std::int64_t kDefaultRounds = 12;
    const std::string pepper = synapse.section("password_config").text("pepper").value_or("");
    Node old = scheme(1, "bcrypt");
    old.set("unicode_normalization", Node::boolean(true));
    old.set("cost", Node::integer(synapse.number("bcrypt_rounds").value_or(kDefaultRounds)));
    if (!pepper.empty()) old.set("secret", Node::string(pepper));
    return Node::sequence({old, scheme(2, "argon2id")});
}

bool usesPasswords(const SynapseSection& config) {
    if (config.text("enabled").value_or("") == "only_for_reauth") {
        config.warn("enabled", "is only_for_reauth, which has no counterpart: passwords are off");
        return false;
    }
    return config.flag("enabled").value_or(true) && config.flag("localdb_enabled").value_or(true);
}

void registration(const SynapseSection& synapse, Node& account) {
    const auto enabled = synapse.flag("enable_registration");
    if (enabled) account.set("password_registration_enabled", Node::boolean(*enabled));
    if (synapse.flag("registration_requires_token").value_or(false)) account.set("password_registration_token_required", Node::boolean(true));
}

void passwords(const SynapseSection& synapse, Node& root, Node& account) {
    Node& section = sectionOf(root, "passwords");
    const bool enabled = usesPasswords(synapse.section("password_config"));
    section.set("enabled", Node::boolean(enabled));
    if (!enabled) {
        section.members = {{"enabled", Node::boolean(false)}};
        return;
    }
    section.set("schemes", schemes(synapse));
    registration(synapse, account);
}

void profile(const SynapseSection& synapse, Node& account) {
    if (const auto allowed = synapse.flag("enable_3pid_changes")) account.set("email_change_allowed", Node::boolean(*allowed));
    if (const auto allowed = synapse.flag("enable_set_displayname")) account.set("displayname_change_allowed", Node::boolean(*allowed));
}

void captcha(const SynapseSection& synapse, Node& root) {
    if (!synapse.flag("enable_registration_captcha").value_or(false)) return;
    const auto site = synapse.text("recaptcha_public_key");
    const auto secret = synapse.text("recaptcha_private_key");
    if (!site || !secret) return synapse.warn("enable_registration_captcha", "has its keys elsewhere: set captcha.site_key and captcha.secret_key");
    Node section = Node::mapping();
    section.set("service", Node::string("recaptcha_v2"));
    section.set("site_key", Node::string(*site));
    section.set("secret_key", Node::string(*secret));
    root.set("captcha", std::move(section));
}

void providers(const SynapseSection& synapse, Node& root) {
    std::vector<Node> all = upstreamProviders(synapse);
    if (!all.empty()) sectionOf(root, "upstream_oauth2").set("providers", Node::sequence(std::move(all)));
    for (const char* key : {"saml2_config", "cas_config", "jwt_config"}) {
        const SynapseSection other = synapse.section(key);
        const bool on = std::string(key) == "saml2_config" ? other.has("sp_config") : other.flag("enabled").value_or(false);
        if (on) synapse.warn(key, "has no counterpart: these users need another way to log in");
    }
}

}  // namespace

OptionSpec SynapseImport::option() const {
    return {.name = "synapse-config", .help = "take over what Synapse's configuration says; may be repeated, later files win", .argument = "PATH", .shortName = 's', .repeatable = true};
}

void SynapseImport::apply(Node& generated, const std::vector<std::string>& files) const {
    const Node read = readSynapseConfig(files);
    const SynapseSection synapse(&read, "");
    Node account = Node::mapping();
    matrix(synapse, generated);
    passwords(synapse, generated, account);
    profile(synapse, account);
    captcha(synapse, generated);
    providers(synapse, generated);
    if (!account.members.empty()) generated.set("account", std::move(account));
    kLog.info("config.synapse_read", "took over what Synapse's configuration says", {{"files", static_cast<std::int64_t>(files.size())}});
}

}  // namespace latchkey::synapse
