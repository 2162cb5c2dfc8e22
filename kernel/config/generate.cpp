// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/generate.h"

#include <algorithm>

namespace latchkey::config {

ConfigImport::~ConfigImport() = default;

Node generate(std::vector<const SectionGenerator*> generators) {
    std::stable_sort(generators.begin(), generators.end(), [](const auto* a, const auto* b) { return a->position() < b->position(); });
    Node root = Node::mapping();
    for (const SectionGenerator* generator : generators) root.set(generator->section(), generator->generate());
    return root;
}

namespace {

// postgresql://user:password@host/… and "… password=… …": only the password goes.
std::string withoutPassword(const std::string& uri) {
    std::string text = uri;
    const auto scheme = text.find("://");
    if (scheme != std::string::npos) {
        const auto end = text.find_first_of("/?", scheme + 3);
        const auto at = text.rfind('@', end);
        const auto colon = text.find(':', scheme + 3);
        if (at != std::string::npos && at > scheme && colon < at) text.replace(colon + 1, at - colon - 1, kRedacted);
    }
    for (const char* key : {"password=", "sslpassword="}) {
        for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
            const auto begin = at + std::string(key).size();
            const bool quoted = begin < text.size() && text[begin] == '\'';
            const auto end = quoted ? text.find('\'', begin + 1) : text.find_first_of(" &", begin);
            text.replace(begin, end == std::string::npos ? std::string::npos : end - begin + (quoted ? 1 : 0), kRedacted);
        }
    }
    return text;
}

}  // namespace

Node effective(const Node& node) {
    Node copy = node;
    if (node.redaction == Node::Redaction::whole && node.kind != Node::Kind::null) return Node::string(kRedacted);
    if (node.redaction == Node::Redaction::uriPassword) copy.scalar = withoutPassword(node.scalar);
    for (Node& item : copy.items) item = effective(item);
    for (auto& [key, value] : copy.members) value = effective(value);
    for (const auto& [key, value] : node.defaults) {
        if (copy.find(key) == nullptr) copy.set(key, value);
    }
    return copy;
}

}  // namespace latchkey::config
