// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/import/synapse_config.h"

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "kernel/log.h"

#include <algorithm>
#include <charconv>

namespace latchkey::synapse {

namespace {

using config::Node;
using Kind = Node::Kind;

const log::Logger kLog("synapse-config");

constexpr std::size_t kLargestFile = 4 << 20;

bool isOneOf(const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
}

bool isScalar(const Node& node) { return node.kind != Kind::mapping && node.kind != Kind::sequence && node.kind != Kind::null; }

}  // namespace

const Node* SynapseSection::find(const std::string& key) const {
    const Node* found = node_ == nullptr ? nullptr : node_->find(key);
    return found == nullptr || found->kind == Kind::null ? nullptr : found;
}

const Node* SynapseSection::typed(const std::string& key, Kind kind) const {
    const Node* found = find(key);
    if (found == nullptr || found->kind == kind) return found;
    warn(key, "is not " + std::string(config::kindName(kind)) + ": left out");
    return nullptr;
}

void SynapseSection::warn(const std::string& key, const std::string& what) const {
    kLog.warn("config.synapse_option", "Synapse's " + pathOf(key) + ' ' + what, {{"option", pathOf(key)}});
}

bool SynapseSection::has(const std::string& key) const { return find(key) != nullptr; }

std::optional<std::string> SynapseSection::text(const std::string& key) const {
    const Node* found = find(key);
    if (found == nullptr) return std::nullopt;
    if (isScalar(*found)) return found->scalar;
    warn(key, "is not a string: left out");
    return std::nullopt;
}

std::optional<bool> SynapseSection::flag(const std::string& key) const {
    const auto word = text(key);
    if (!word) return std::nullopt;
    if (isOneOf(*word, {"true", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (isOneOf(*word, {"false", "no", "No", "NO", "off", "Off", "OFF"})) return false;
    warn(key, "is neither true nor false: left out");
    return std::nullopt;
}

std::optional<std::int64_t> SynapseSection::number(const std::string& key) const {
    const Node* found = typed(key, Kind::integer);
    if (found == nullptr) return std::nullopt;
    std::int64_t value = 0;
    const char* end = found->scalar.data() + found->scalar.size();
    const auto result = std::from_chars(found->scalar.data(), end, value);
    if (result.ec == std::errc{} && result.ptr == end) return value;
    warn(key, "is too large: left out");
    return std::nullopt;
}

std::vector<std::string> SynapseSection::texts(const std::string& key) const {
    std::vector<std::string> all;
    if (const Node* list = typed(key, Kind::sequence)) {
        for (const Node& item : list->items) {
            if (isScalar(item)) all.push_back(item.scalar);
        }
    }
    return all;
}

SynapseSection SynapseSection::section(const std::string& key) const { return {typed(key, Kind::mapping), pathOf(key)}; }

std::vector<SynapseSection> SynapseSection::sections(const std::string& key) const {
    std::vector<SynapseSection> all;
    const Node* list = typed(key, Kind::sequence);
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
        const std::string path = pathOf(key) + '[' + std::to_string(i) + ']';
        if (list->items[i].kind == Kind::mapping) all.emplace_back(&list->items[i], path);
        else kLog.warn("config.synapse_option", "Synapse's " + path + " is not a mapping: left out", {{"option", path}});
    }
    return all;
}

std::vector<std::pair<std::string, std::string>> SynapseSection::pairs(const std::string& key) const {
    std::vector<std::pair<std::string, std::string>> all;
    if (const Node* mapping = typed(key, Kind::mapping)) {
        for (const auto& [name, value] : mapping->members) {
            if (isScalar(value)) all.emplace_back(name, value.scalar);
        }
    }
    return all;
}

Node readSynapseConfig(const std::vector<std::string>& files) {
    Node all = Node::mapping();
    config::Problems problems;
    for (const std::string& file : files) {
        Node root = config::parseYaml(config::readFile("--synapse-config", file, kLargestFile), file, problems);
        for (auto& [key, value] : root.members) all.set(key, std::move(value));
    }
    for (const std::string& warning : problems.warnings()) kLog.warn("config.warning", warning);
    const Node* name = all.find("server_name");
    if (name == nullptr || name->kind != Kind::string) throw Error("--synapse-config: there is no server_name in " + files.front() + (files.size() > 1 ? " and the others" : "") + ": give Synapse's homeserver.yaml");
    return all;
}

}  // namespace latchkey::synapse
