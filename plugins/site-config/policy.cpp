// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

namespace {

using config::Section;

// Any hit matches; an absent key restricts nothing.
void checkMatcher(const Section& parent, std::string_view key) {
    if (!parent.has(key)) return;
    const Section matcher = parent.section(key);
    for (const char* kind : {"literals", "substrings", "prefixes", "suffixes", "regexes"}) matcher.strings(kind);
}

// The keys that the built-in policy knows; other policies have others, so that the data is free form beyond them.
void checkData(const Section& data) {
    for (const char* key : {"admin_users", "admin_clients", "allowed_domains", "banned_domains"}) data.strings(key);
    const Section clients = data.section("client_registration");
    for (const char* key : {"allow_host_mismatch", "allow_insecure_uris", "allow_missing_client_uri"}) clients.optionalBoolean(key);
    const Section registration = data.section("registration");
    for (const char* key : {"allowed_usernames", "banned_usernames"}) checkMatcher(registration, key);
    const Section emails = data.section("emails");
    for (const char* key : {"allowed_addresses", "banned_addresses"}) checkMatcher(emails, key);
    const Section requester = data.section("requester");
    requester.strings("banned_ips");
    checkMatcher(requester, "banned_user_agents");
    for (const std::string& key : data.keys()) data.raw(key);
}

}  // namespace

void checkPolicy(const config::Section& root) {
    const Section section = root.section("policy");
    section.optionalString("wasm_module");
    for (const char* name : {"client_registration", "register", "authorization_grant", "compat_login", "email", "password"}) {
        section.optionalString(std::string(name) + "_entrypoint");
    }
    section.know("data");
    if (section.kindOf("data") == config::Node::Kind::mapping) checkData(section.section("data"));
}

}  // namespace latchkey::site
