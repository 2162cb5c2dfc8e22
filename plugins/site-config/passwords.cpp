// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

#include <algorithm>

namespace latchkey::site {

namespace {

void checkScheme(const config::Section& scheme, std::vector<std::int64_t>& versions) {
    constexpr std::int64_t kMostVersion = 65535;
    constexpr std::int64_t kMostCost = 31;  // bcrypt's own limit: two hex digits' worth of doublings
    if (!scheme.has("version")) scheme.problem("version", "is required");
    if (const auto version = scheme.optionalInteger("version", 0, kMostVersion)) {
        if (std::find(versions.begin(), versions.end(), *version) != versions.end()) {
            scheme.problem("version", std::to_string(*version) + " is the version of another scheme, too: stored hashes would be ambiguous");
        }
        versions.push_back(*version);
    }
    const std::string algorithm = scheme.requiredOneOf("algorithm", {"argon2id", "bcrypt", "pbkdf2"});
    scheme.boolean("unicode_normalization", false);
    if (scheme.optionalInteger("cost", 4, kMostCost) && algorithm != "bcrypt" && !algorithm.empty()) scheme.warning("cost", "is used with bcrypt only");
    scheme.inlineOrFile("secret");
}

}  // namespace

void checkPasswords(const config::Section& root) {
    const config::Section section = root.section("passwords");
    // Switched off, the rest of the section is not looked at, as in the reference; its keys are known all the same.
    const bool enabled = section.boolean("enabled", true);
    for (const char* key : {"minimum_complexity", "schemes"}) section.know(key);
    if (!enabled) {
        section.raw("schemes");
        return;
    }
    if (section.integer("minimum_complexity", 3, 0, 255) > 4) section.warning("minimum_complexity", "no password reaches more than 4: none will be accepted");
    std::vector<std::int64_t> versions;
    for (const config::Section& scheme : section.sections("schemes")) checkScheme(scheme, versions);
    if (section.has("schemes") && section.kindOf("schemes") == config::Node::Kind::sequence && section.raw("schemes")->items.empty()) {
        section.problem("schemes", "must list at least one scheme");
    }
}

}  // namespace latchkey::site
