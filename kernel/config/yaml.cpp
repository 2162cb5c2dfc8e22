// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/yaml.h"

#include "kernel/error.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace latchkey::config {

namespace {

bool digitsOnly(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// The decimal text of an integer in YAML's plain forms; empty if it is none.
std::string integerText(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x")) base = 16;
    else if (text.starts_with("0o")) base = 8;
    else if (text.starts_with("0b")) base = 2;
    if (base != 10) text.remove_prefix(2);
    if (base == 10 && (!digitsOnly(text) || (text.size() > 1 && text[0] == '0'))) return {};
    if (base == 10) return (negative ? "-" : "") + std::string(text);
    unsigned long long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return (negative ? "-" : "") + std::to_string(value);
}

bool isReal(const std::string& text) {
    if (text.find_first_not_of("0123456789+-.eE") != std::string::npos || text.find_first_of("0123456789") == std::string::npos) return false;
    const std::string_view digits = std::string_view(text).substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
    if (digitsOnly(digits)) return false;  // leading zeros: a string
    char* end = nullptr;
    std::strtod(text.c_str(), &end);
    return end == text.c_str() + text.size();
}

class Converter {
public:
    Converter(const std::string& source, Problems& problems)
        : source_(std::make_shared<const std::string>(source)), problems_(problems) {}

    Node convert(const YAML::Node& yaml, const std::string& path) {
        // Aliases are expanded here: a few lines of nested ones would otherwise fill the memory.
        constexpr int kMostValues = 200'000;
        if (++count_ > kMostValues) throw ConfigError(*source_ + ": more than 200,000 values");
        Node node = value(yaml, path);
        node.mark = {source_, yaml.Mark().line + 1};
        return node;
    }

private:
    Node value(const YAML::Node& yaml, const std::string& path) {
        switch (yaml.Type()) {
            case YAML::NodeType::Scalar: return scalar(yaml);
            case YAML::NodeType::Sequence: return sequence(yaml, path);
            case YAML::NodeType::Map: return mapping(yaml, path);
            default: return Node::null();
        }
    }

    static Node scalar(const YAML::Node& yaml) {
        const std::string& tag = yaml.Tag();
        if (tag == "?" || tag.empty()) return plainScalar(yaml.Scalar());
        return Node::string(yaml.Scalar());
    }

    Node sequence(const YAML::Node& yaml, const std::string& path) {
        Node node = Node::sequence();
        for (std::size_t i = 0; i < yaml.size(); ++i) node.append(convert(yaml[i], path + "[" + std::to_string(i) + "]"));
        return node;
    }

    Node mapping(const YAML::Node& yaml, const std::string& path) {
        Node node = Node::mapping();
        for (const auto& pair : yaml) {
            const int line = pair.first.Mark().line + 1;
            if (!pair.first.IsScalar()) throw ConfigError(*source_ + ":" + std::to_string(line) + ": a key must be a plain word");
            const std::string key = pair.first.Scalar();
            const std::string full = path.empty() ? key : path + "." + key;
            if (node.find(key) != nullptr) problems_.warn({source_, line}, full, "is given twice; the last one counts");
            Node member = convert(pair.second, full);
            member.mark.line = line;  // where the key stands: the value may begin on a later line
            node.set(key, std::move(member));
        }
        return node;
    }

    std::shared_ptr<const std::string> source_;
    Problems& problems_;
    int count_ = 0;
};

}  // namespace

Node plainScalar(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Node::null();
    if (text == "true" || text == "True" || text == "TRUE") return Node::boolean(true);
    if (text == "false" || text == "False" || text == "FALSE") return Node::boolean(false);
    Node node = Node::string(text);
    if (std::string integer = integerText(text); !integer.empty()) {
        node.kind = Node::Kind::integer;
        node.scalar = std::move(integer);
    } else if (isReal(text)) {
        node.kind = Node::Kind::real;
    }
    return node;
}

Node parseYaml(const std::string& text, const std::string& source, Problems& problems) {
    try {
        const std::vector<YAML::Node> documents = YAML::LoadAll(text);
        if (documents.size() > 1) throw ConfigError(source + ": holds " + std::to_string(documents.size()) + " YAML documents, and must hold one");
        if (documents.empty() || documents[0].IsNull()) return Node::mapping();
        Node root = Converter(source, problems).convert(documents[0], "");
        if (root.kind != Node::Kind::mapping) throw ConfigError(source + ": must be a mapping of sections, is " + std::string(kindName(root.kind)));
        return root;
    } catch (const YAML::Exception& error) {
        throw ConfigError(source + ":" + std::to_string(error.mark.line + 1) + ":" + std::to_string(error.mark.column + 1) + ": " + error.msg);
    }
}

namespace {

void emit(YAML::Emitter& out, const Node& node) {
    switch (node.kind) {
        case Node::Kind::null: out << YAML::Null; break;
        case Node::Kind::mapping:
            out << YAML::BeginMap;
            for (const auto& [key, value] : node.members) {
                out << YAML::Key << key << YAML::Value;
                emit(out, value);
            }
            out << YAML::EndMap;
            break;
        case Node::Kind::sequence:
            out << YAML::BeginSeq;
            for (const Node& item : node.items) emit(out, item);
            out << YAML::EndSeq;
            break;
        case Node::Kind::string:
            if (node.scalar.find('\n') != std::string::npos) out << YAML::Literal << node.scalar;
            else if (plainScalar(node.scalar).kind != Node::Kind::string) out << YAML::DoubleQuoted << node.scalar;
            else out << node.scalar;
            break;
        default: out << node.scalar;
    }
}

}  // namespace

std::string writeYaml(const Node& node) {
    YAML::Emitter out;
    emit(out, node);
    return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace latchkey::config
