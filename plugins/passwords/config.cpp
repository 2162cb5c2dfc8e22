// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/config.h"

#include "kernel/config/section.h"
#include "kernel/error.h"

#include <algorithm>
#include <thread>

namespace latchkey::passwords {

namespace {

Algorithm algorithmNamed(const std::string& name) {
    if (name == "bcrypt") return Algorithm::bcrypt;
    return name == "pbkdf2" ? Algorithm::pbkdf2 : Algorithm::argon2id;
}

void checkCost(const config::Section& section, const SchemeConfig& scheme, bool known) {
    constexpr int kSlow = 16;  // about three seconds
    if (known && scheme.algorithm != Algorithm::bcrypt) section.warning("cost", "is used with bcrypt only");
    else if (scheme.cost > kSlow) section.warning("cost", "each step doubles the time: above 16, one log-in takes many seconds");
}

// crypt(3) ends at a NUL; appended to the password, everything behind it would count for nothing.
void checkPepper(const config::Section& section, const SchemeConfig& scheme) {
    if (scheme.algorithm == Algorithm::bcrypt && scheme.pepper && scheme.pepper->reveal().find('\0') != std::string::npos) {
        section.problem("secret", "holds a NUL byte, which bcrypt cannot take");
    }
}

SchemeConfig readScheme(const config::Section& section) {
    constexpr std::int64_t kMostVersion = 65535;
    constexpr std::int64_t kMostCost = 31;  // bcrypt's own limit
    SchemeConfig scheme;
    scheme.path = section.path();
    if (!section.has("version")) section.problem("version", "is required");
    scheme.version = static_cast<int>(section.optionalInteger("version", 0, kMostVersion).value_or(-1));
    const std::string algorithm = section.requiredOneOf("algorithm", {"argon2id", "bcrypt", "pbkdf2"});
    scheme.algorithm = algorithmNamed(algorithm);
    scheme.normalize = section.boolean("unicode_normalization", false);
    if (const auto cost = section.optionalInteger("cost", 4, kMostCost)) {
        scheme.cost = static_cast<int>(*cost);
        checkCost(section, scheme, !algorithm.empty());
    }
    const auto secret = section.inlineOrFile("secret");
    scheme.pepper = secret.value;
    scheme.pepperFile = secret.file;
    checkPepper(section, scheme);
    return scheme;
}

std::vector<SchemeConfig> readSchemes(const config::Section& section) {
    if (!section.has("schemes") && !section.isNull("schemes")) return {SchemeConfig{}};
    std::vector<SchemeConfig> schemes;
    for (const config::Section& each : section.sections("schemes")) {
        SchemeConfig scheme = readScheme(each);
        const auto same = [&](const SchemeConfig& other) { return scheme.version >= 0 && other.version == scheme.version; };
        if (std::any_of(schemes.begin(), schemes.end(), same)) {
            each.problem("version", std::to_string(scheme.version) + " is the version of another scheme, too: stored hashes would be ambiguous");
        }
        schemes.push_back(std::move(scheme));
    }
    if (section.kindOf("schemes") == config::Node::Kind::sequence && section.raw("schemes")->items.empty()) {
        section.problem("schemes", "must list at least one scheme");
    }
    return schemes;
}

}  // namespace

PasswordConfig PasswordConfig::parse(const config::Section& root) {
    const config::Section section = root.section("passwords");
    PasswordConfig config;
    // Switched off, the rest of the section is not looked at, as in the reference; its keys are known all the same.
    config.enabled = section.boolean("enabled", true);
    for (const char* key : {"minimum_complexity", "schemes", "hashing_threads", "hashing_queue"}) section.know(key);
    if (!config.enabled) {
        section.raw("schemes");
        config.schemes.clear();
        return config;
    }
    config.minimumComplexity = static_cast<int>(section.integer("minimum_complexity", 3, 0, 255));
    if (config.minimumComplexity > 4) section.warning("minimum_complexity", "no password reaches more than 4: none will be accepted");
    config.schemes = readSchemes(section);
    const unsigned cores = std::thread::hardware_concurrency();
    config.threads = static_cast<unsigned>(section.optionalInteger("hashing_threads", 1, 256).value_or(cores > 2 ? cores - 1 : 1));
    config.queue = static_cast<unsigned>(section.optionalInteger("hashing_queue", 1, 10'000).value_or(config.queue));
    return config;
}

void PasswordConfig::readPeppers() {
    for (SchemeConfig& scheme : schemes) {
        if (!scheme.pepperFile) continue;
        const std::string path = scheme.path + ".secret_file";
        scheme.pepper = config::Secret(config::readFile(path, *scheme.pepperFile));
        if (scheme.algorithm == Algorithm::bcrypt && scheme.pepper->reveal().find('\0') != std::string::npos) {
            throw ConfigError(path + ": " + *scheme.pepperFile + " holds a NUL byte, which bcrypt cannot take");
        }
    }
}

}  // namespace latchkey::passwords
