// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/environment.h"

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <sstream>

extern char** environ;

namespace latchkey::config {

namespace fs = std::filesystem;

namespace {

std::string trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
    return std::string(text);
}

// The file itself for an absolute path; else the first regular file of that name in the working directory or above it.
fs::path locate(const fs::path& file) {
    std::error_code ignored;
    if (file.is_absolute()) return fs::is_regular_file(file, ignored) ? file : fs::path();
    for (fs::path directory = fs::current_path(ignored);; directory = directory.parent_path()) {
        if (fs::is_regular_file(directory / file, ignored)) return directory / file;
        if (directory == directory.parent_path()) return {};
    }
}

// How the file is called in messages: relative to the working directory when that is shorter.
std::string displayName(const fs::path& file) {
    std::error_code ignored;
    const std::string relative = fs::relative(file, ignored).string();
    return !relative.empty() && relative.size() < file.string().size() ? relative : file.string();
}

class ValueParser {
public:
    explicit ValueParser(const std::string& text) : text_(text) {}

    // Nothing unless all of the text was one well-formed value.
    std::optional<Node> whole() {
        auto node = value();
        skip();
        return at_ == text_.size() ? std::move(node) : std::nullopt;
    }

private:
    void skip() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    }
    bool take(char c) {
        skip();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::optional<Node> value() {
        constexpr int kDeepest = 32;
        if (++depth_ > kDeepest) return std::nullopt;
        skip();
        std::optional<Node> node;
        if (take('[')) node = list();
        else if (take('{')) node = mapping();
        else if (take('"')) node = quoted();
        else if (at_ + 2 < text_.size() && text_[at_] == '\'' && text_[at_ + 2] == '\'') {
            node = Node::string(std::string(1, text_[at_ + 1]));
            at_ += 3;
        } else node = bare();
        --depth_;
        return node;
    }

    std::optional<Node> list() {
        Node node = Node::sequence();
        while (!take(']')) {
            auto item = value();
            if (!item) return std::nullopt;
            node.append(std::move(*item));
            if (!take(',') && !(at_ < text_.size() && text_[at_] == ']')) return std::nullopt;
        }
        return node;
    }

    std::optional<Node> mapping() {
        Node node = Node::mapping();
        while (!take('}')) {
            skip();
            auto key = take('"') ? quoted() : std::optional(Node::string(until("=}")));
            if (!key || key->scalar.empty() || !take('=')) return std::nullopt;
            auto member = value();
            if (!member) return std::nullopt;
            node.set(key->scalar, std::move(*member));
            if (!take(',') && !(at_ < text_.size() && text_[at_] == '}')) return std::nullopt;
        }
        return node;
    }

    std::optional<Node> quoted() {
        std::string text;
        while (at_ < text_.size() && text_[at_] != '"') {
            char c = text_[at_++];
            if (c == '\\' && at_ < text_.size()) {
                c = text_[at_++];
                if (c == 'n') c = '\n';
                else if (c == 't') c = '\t';
                else if (c == 'r') c = '\r';
            }
            text += c;
        }
        if (at_ >= text_.size()) return std::nullopt;
        ++at_;
        return Node::string(text);
    }

    Node bare() {
        const std::string text = until(depth_ > 1 ? ",]}" : "");
        if (text == "true" || text == "false") return Node::boolean(text == "true");
        Node node = plainScalar(text);
        const bool number = node.kind == Node::Kind::integer || (node.kind == Node::Kind::real && text.find('.') != std::string::npos);
        return number ? node : Node::string(text);
    }

    std::string until(std::string_view stops) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) ++at_;
        return trimmed(std::string_view(text_).substr(begin, at_ - begin));
    }

    const std::string& text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

// The path that a variable's name stands for; empty if it is not one of ours.
std::vector<std::string> pathOf(std::string_view name) {
    constexpr std::string_view kPrefix = "mas_";
    std::string lower;
    for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!lower.starts_with(kPrefix)) return {};
    std::vector<std::string> path;
    std::istringstream segments(lower.substr(kPrefix.size()));
    for (std::string segment; std::getline(segments, segment, '_');) {
        if (segment.empty()) return {};
        path.push_back(segment);
    }
    const bool emptyLast = lower.back() == '_';
    return emptyLast ? std::vector<std::string>{} : path;
}

// False if there is no such file.
bool readFileLayer(const std::string& name, Tree& tree, Problems& problems) {
    const fs::path file = locate(name);
    if (file.empty()) {
        problems.warn({std::make_shared<const std::string>(name), 0}, "", "no such configuration file here or in a parent directory; ignored");
        return false;
    }
    try {
        constexpr std::size_t kLargest = 8u << 20;
        tree.merge(parseYaml(readFile(displayName(file), file.string(), kLargest), displayName(file), problems));
    } catch (const ConfigError& error) {
        problems.unreadable(error.what());  // begins with the file's name
    }
    return true;
}

std::vector<std::string> defaultFiles() {
    const char* listed = std::getenv("MAS_CONFIG");
    if (listed == nullptr || *listed == '\0') return {"config.yaml"};
    std::vector<std::string> files;
    std::istringstream names(listed);
    for (std::string name; std::getline(names, name, ':');) {
        if (!name.empty()) files.push_back(name);
    }
    return files;
}

}  // namespace

Node environmentValue(const std::string& text) {
    auto node = ValueParser(text).whole();
    return node ? *node : Node::string(trimmed(text));
}

Node environmentLayer(char** environment) {
    Tree layer;
    for (; *environment != nullptr; ++environment) {
        const std::string_view entry(*environment);
        const auto equals = entry.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string name(entry.substr(0, equals));
        auto path = pathOf(name);
        if (path.empty() || path == std::vector<std::string>{"config"}) continue;
        layer.put(path, environmentValue(std::string(entry.substr(equals + 1))), "environment variable " + name);
    }
    return layer.root;
}

Tree loadLayers(std::vector<std::string> files, Problems& problems, bool& anyFound) {
    Tree tree;
    tree.merge(environmentLayer(environ));
    if (files.empty()) files = defaultFiles();
    anyFound = false;
    for (const std::string& file : files) anyFound = readFileLayer(file, tree, problems) || anyFound;
    if (!tree.root.mark.source) {
        std::string names;
        for (const std::string& file : files) names += (names.empty() ? "" : ":") + file;
        tree.root.mark = {std::make_shared<const std::string>(names), 0};
    }
    return tree;
}

namespace {

bool isName(std::string_view text) {
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.') return false;
    }
    return true;
}

// `NAME=value`, `export NAME=value`; single quotes literal, double quotes with \n \" \\ \$; a blank and # begin a comment.
std::optional<std::string> dotEnvValue(std::string_view text) {
    std::string value;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0 && c == quote) quote = 0;
        else if (quote == 0 && (c == '"' || c == '\'')) quote = c;
        else if (quote != '\'' && c == '\\' && i + 1 < text.size()) value += text[++i] == 'n' ? '\n' : text[i];
        else if (quote == 0 && c == '#' && (i == 0 || text[i - 1] == ' ')) break;
        else if (quote == 0 && c == ' ' && text.find_first_not_of(' ', i) != std::string_view::npos && text[text.find_first_not_of(' ', i)] != '#') return std::nullopt;
        else if (quote != 0 || c != ' ') value += c;
    }
    return quote == 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string loadDotEnv(Problems& problems) {
    const fs::path file = locate(".env");
    if (file.empty()) return {};
    const auto source = std::make_shared<const std::string>(displayName(file));
    std::string text;
    try {
        text = readFile(".env", file.string());
    } catch (const ConfigError& error) {
        problems.warn({source, 0}, "", error.what());
        return {};
    }
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line = trimmed(line);
        if (line.empty() || line[0] == '#') continue;
        if (line.starts_with("export ")) line = trimmed(line.substr(7));
        const auto equals = line.find('=');
        const std::string name = trimmed(line.substr(0, equals));
        const auto value = equals == std::string::npos ? std::nullopt : dotEnvValue(trimmed(line.substr(equals + 1)));
        if (!isName(name) || !value) {
            problems.warn({source, number}, "", "is not of the form NAME=value; this line and the rest of the file are ignored");
            break;
        }
        ::setenv(name.c_str(), value->c_str(), 0);
    }
    return file.string();
}

}  // namespace latchkey::config
