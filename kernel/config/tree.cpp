// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/tree.h"

#include "kernel/error.h"

#include <algorithm>
#include <charconv>

namespace latchkey::config {

std::string Mark::text() const {
    if (!source) return "configuration";
    return line > 0 ? *source + ":" + std::to_string(line) : *source;
}

namespace {

Node scalarNode(Node::Kind kind, std::string text) {
    Node node;
    node.kind = kind;
    node.scalar = std::move(text);
    return node;
}

}  // namespace

Node Node::null() { return {}; }
Node Node::boolean(bool value) { return scalarNode(Kind::boolean, value ? "true" : "false"); }
Node Node::integer(std::int64_t value) { return scalarNode(Kind::integer, std::to_string(value)); }
Node Node::string(std::string value) { return scalarNode(Kind::string, std::move(value)); }

Node Node::real(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return scalarNode(Kind::real, std::string(buffer, end));
}

Node Node::sequence(std::vector<Node> items) {
    Node node;
    node.kind = Kind::sequence;
    node.items = std::move(items);
    return node;
}

Node Node::mapping() {
    Node node;
    node.kind = Kind::mapping;
    return node;
}

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : members) {
        if (name == key) return &value;
    }
    return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

Node& Node::set(std::string key, Node value) {
    if (Node* there = find(key)) {
        *there = std::move(value);
        return *there;
    }
    return members.emplace_back(std::move(key), std::move(value)).second;
}

Node& Node::append(Node value) { return items.emplace_back(std::move(value)); }

std::string_view kindName(Node::Kind kind) {
    static constexpr std::string_view kNames[] = {"null", "a boolean", "an integer", "a number", "a string", "a list", "a mapping"};
    return kNames[static_cast<int>(kind)];
}

namespace {

void mergeInto(Node& below, Node&& above) {
    if (below.kind == Node::Kind::mapping && above.kind == Node::Kind::mapping) {
        for (auto& [key, value] : above.members) {
            if (Node* there = below.find(key)) mergeInto(*there, std::move(value));
            else below.members.emplace_back(std::move(key), std::move(value));
        }
        if (!below.mark.source) below.mark = above.mark;
    } else if (below.kind == Node::Kind::sequence && above.kind == Node::Kind::sequence) {
        for (Node& item : above.items) below.items.push_back(std::move(item));
    } else {
        below = std::move(above);
    }
}

}  // namespace

void Tree::merge(Node layer) { mergeInto(root, std::move(layer)); }

void Tree::put(const std::vector<std::string>& path, Node value, const std::string& source) {
    const Mark mark{std::make_shared<const std::string>(source), 0};
    Node* node = &root;
    for (const std::string& key : path) {
        if (node->kind != Node::Kind::mapping) *node = Node::mapping();
        Node* next = node->find(key);
        if (next == nullptr) {
            next = &node->set(key, Node::mapping());
            next->mark = mark;
        }
        node = next;
    }
    *node = std::move(value);
    node->mark = mark;
}

namespace {

std::string problemLine(const Mark& mark, const std::string& path, const std::string& message) {
    return mark.text() + ": " + (path.empty() ? "" : path + ": ") + message;
}

}  // namespace

namespace {

// Several plugins may read one section: what is wrong there is said once.
void addOnce(std::vector<std::string>& lines, std::string line) {
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
}

}  // namespace

void Problems::error(const Mark& mark, const std::string& path, const std::string& message) {
    addOnce(errors_, problemLine(mark, path, message));
}

void Problems::unreadable(const std::string& message) { addOnce(errors_, message); }

void Problems::warn(const Mark& mark, const std::string& path, const std::string& message) {
    addOnce(warnings_, problemLine(mark, path, message));
}

void Problems::throwIfFailed() const {
    if (errors_.empty()) return;
    std::string all = errors_.size() == 1 ? "the configuration has a problem:" : "the configuration has " + std::to_string(errors_.size()) + " problems:";
    for (const std::string& each : errors_) all += "\n  " + each;
    throw ConfigError(all);
}

}  // namespace latchkey::config
