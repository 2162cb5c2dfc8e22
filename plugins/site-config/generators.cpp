// SPDX-License-Identifier: Apache-2.0
#include "plugins/site-config/generators.h"

#include "domain/secret.h"
#include "plugins/site-config/keys.h"
#include "plugins/site-config/syntax.h"

namespace latchkey::site {

namespace {

using config::Node;

Node email() {
    Node section = Node::mapping();
    section.set("from", Node::string(kDefaultMailbox));
    section.set("reply_to", Node::string(kDefaultMailbox));
    section.set("transport", Node::string("blackhole"));
    return section;
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

Node secrets() {
    constexpr std::size_t kEncryptionBytes = 32;
    Node section = Node::mapping();
    section.set("encryption", Node::string(hex(randomBytes(kEncryptionBytes))));
    Node keys = Node::sequence();
    for (const std::string& pem : freshSigningKeys()) {
        Node key = Node::mapping();
        key.set("key", Node::string(pem));
        keys.append(std::move(key));
    }
    section.set("keys", std::move(keys));
    return section;
}

Node matrix() {
    constexpr std::size_t kSecretCharacters = 32;
    Node section = Node::mapping();
    section.set("kind", Node::string("synapse"));
    section.set("homeserver", Node::string("localhost:8008"));
    section.set("secret", Node::string(randomAlphanumerics(kSecretCharacters)));
    section.set("endpoint", Node::string("http://localhost:8008/"));
    return section;
}

class Generator final : public config::SectionGenerator {
public:
    Generator(const char* section, Node (*make)()) : section_(section), make_(make) {}
    std::string section() const override { return section_; }
    Node generate() const override { return make_(); }

private:
    const char* section_;
    Node (*make_)();
};

}  // namespace

std::vector<std::unique_ptr<config::SectionGenerator>> sectionGenerators() {
    std::vector<std::unique_ptr<config::SectionGenerator>> all;
    all.push_back(std::make_unique<Generator>("email", email));
    all.push_back(std::make_unique<Generator>("secrets", secrets));
    all.push_back(std::make_unique<Generator>("matrix", matrix));
    return all;
}

}  // namespace latchkey::site
