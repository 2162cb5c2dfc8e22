// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/config.h"

#include "domain/crypto/encrypter.h"
#include "domain/jose/key.h"
#include "kernel/error.h"

namespace latchkey::secrets {

namespace {

void checkEncryption(const config::Section& section, const Config& config) {
    if (!config.encryption.value) return;
    try {
        const Encrypter usable(config.encryption.value->reveal());
    } catch (const Error& error) {
        section.problem("encryption", error.what());
    }
}

// Only what is written here whole can be tried.
void checkKey(const config::Section& section, const KeyConfig& key) {
    if (!key.key.value || key.password.file) return;
    try {
        jose::Key::parsePrivate(key.key.value->reveal(), key.password.value ? std::optional(key.password.value->reveal()) : std::nullopt);
    } catch (const Error& error) {
        section.problem("key", error.what());
    }
}

}  // namespace

Config Config::parse(const config::Section& root) {
    Config config;
    const config::Section section = root.requiredSection("secrets");
    if (!section.present()) return config;
    config.encryption = section.inlineOrFile("encryption", true);
    checkEncryption(section, config);
    const std::vector<config::Section> items = section.has("keys") ? section.sections("keys") : std::vector<config::Section>();
    for (const config::Section& item : items) {
        config.keys.push_back({item.path(), item.optionalString("kid"), item.inlineOrFile("key", true), item.inlineOrFile("password")});
        checkKey(item, config.keys.back());
    }
    config.keysDir = section.optionalString("keys_dir");
    return config;
}

}  // namespace latchkey::secrets
