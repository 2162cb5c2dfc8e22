// SPDX-License-Identifier: Apache-2.0
#include "plugins/client-sync/json_text.h"

#include <Poco/JSON/JSONException.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

#include <sstream>

namespace latchkey::clients {

namespace {

std::string quoted(const std::string& text) {
    std::ostringstream out;
    Poco::JSON::Stringifier::formatString(text, out);
    return out.str();
}

// Objects of Poco sort their members by name.
std::string sorted(const std::string& json) {
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(Poco::JSON::Parser().parse(json), out);
    return out.str();
}

}  // namespace

std::string jsonText(const config::Node& node) {
    using Kind = config::Node::Kind;
    std::string text;
    switch (node.kind) {
    case Kind::null: return "null";
    case Kind::string: return quoted(node.scalar);
    case Kind::sequence:
        for (const config::Node& item : node.items) text += (text.empty() ? "" : ",") + jsonText(item);
        return "[" + text + "]";
    case Kind::mapping:
        for (const auto& [key, value] : node.members) text += (text.empty() ? "" : ",") + quoted(key) + ":" + jsonText(value);
        return "{" + text + "}";
    default: return node.scalar;
    }
}

bool sameJson(const std::string& a, const std::string& b) {
    try {
        return sorted(a) == sorted(b);
    } catch (const Poco::Exception&) {
        return false;
    }
}

}  // namespace latchkey::clients
