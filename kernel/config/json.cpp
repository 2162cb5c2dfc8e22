// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/json.h"

#include <Poco/JSONString.h>

#include <charconv>
#include <cmath>

namespace latchkey::config {

namespace {

template <typename Number>
bool holds(const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && std::isfinite(static_cast<double>(value));
}

std::string number(const Node& node) {
    const std::string text = node.scalar.starts_with('+') ? node.scalar.substr(1) : node.scalar;
    if (node.kind == Node::Kind::integer) return holds<std::int64_t>(text) ? text : Poco::toJSON(node.scalar);
    if (!holds<double>(text)) return Poco::toJSON(node.scalar);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    char written[32];
    const auto [end, error] = std::to_chars(written, written + sizeof written, value);  // YAML's `1.` and `.5` are no JSON
    return {written, end};
}

std::string list(const Node& node) {
    std::string text;
    for (const Node& item : node.items) text += (text.empty() ? "" : ",") + toJson(item);
    return "[" + text + "]";
}

std::string object(const Node& node) {
    std::string text;
    for (const auto& [key, value] : node.members) text += (text.empty() ? "" : ",") + Poco::toJSON(key) + ":" + toJson(value);
    return "{" + text + "}";
}

}  // namespace

std::string toJson(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null: return "null";
        case Node::Kind::boolean: return node.scalar;
        case Node::Kind::integer:
        case Node::Kind::real: return number(node);
        case Node::Kind::string: return Poco::toJSON(node.scalar);
        case Node::Kind::sequence: return list(node);
        case Node::Kind::mapping: return object(node);
    }
    return "null";
}

}  // namespace latchkey::config
