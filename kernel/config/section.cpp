// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"

#include "kernel/config/nearest.h"
#include "kernel/config/url.h"
#include "kernel/error.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <system_error>

namespace latchkey::config {

// The keys that readers asked for at one path. Shared by all Sections of that path and owned by the node's registry, so that
// two plugins may read one section and the unknown keys are what neither asked for.
struct KnownKeys {
    std::vector<std::string> names;
    void add(std::string_view key) {
        if (std::find(names.begin(), names.end(), key) == names.end()) names.emplace_back(key);
    }
};

Section::Section(const Tree& tree, Problems& problems) : Section(&tree.root, "", problems, tree.root.mark) {}

Section::Section(const Node* node, std::string path, Problems& problems, Mark mark)
    : node_(node), path_(std::move(path)), problems_(&problems), mark_(std::move(mark)) {
    if (node_ != nullptr) {
        node_->read = true;
        if (!node_->known) node_->known = std::make_shared<KnownKeys>();
        known_ = node_->known;
    }
}

std::string Section::pathOf(std::string_view key) const {
    if (key.empty()) return path_;
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Section::know(std::string_view key) const {
    if (known_) known_->add(key);
}

const Node* Section::get(std::string_view key) const {
    know(key);
    if (node_ == nullptr) return nullptr;
    const Node* node = node_->find(key);
    if (node != nullptr) node->read = true;
    return node;
}

void Section::expected(const Node& node, std::string_view key, const std::string& what) const {
    problems_->error(node.mark, pathOf(key), "expected " + what + ", found " + std::string(kindName(node.kind)));
}

const Node* Section::typed(std::string_view key, Node::Kind kind) const {
    const Node* node = get(key);
    if (node == nullptr) return nullptr;
    if (node->kind == kind) return node;
    std::string hint;
    if (kind == Node::Kind::string && (node->kind == Node::Kind::integer || node->kind == Node::Kind::boolean || node->kind == Node::Kind::real)) {
        hint = " (put it in quotes)";
    }
    if (kind == Node::Kind::boolean && node->kind == Node::Kind::string) hint = " (true or false, without quotes)";
    if (kind == Node::Kind::integer && node->kind == Node::Kind::string) hint = " (without quotes)";
    expected(*node, key, std::string(kindName(kind)) + hint);
    return nullptr;
}

void Section::remember(std::string_view key, Node fallback) const {
    if (node_ == nullptr) return;
    for (const auto& [name, value] : node_->defaults) {
        if (name == key) return;
    }
    node_->defaults.emplace_back(std::string(key), std::move(fallback));
}

bool Section::has(std::string_view key) const {
    const Node* node = get(key);
    return node != nullptr && node->kind != Node::Kind::null;
}

bool Section::isNull(std::string_view key) const {
    const Node* node = get(key);
    return node != nullptr && node->kind == Node::Kind::null;
}

Node::Kind Section::kindOf(std::string_view key) const {
    const Node* node = get(key);
    return node == nullptr ? Node::Kind::null : node->kind;
}

Section Section::section(std::string_view key) const {
    const Node* node = get(key);
    const Mark mark = node == nullptr ? mark_ : node->mark;
    if (node != nullptr && node->kind != Node::Kind::mapping) {
        expected(*node, key, "a mapping");
        node = nullptr;
    }
    return Section(node, pathOf(key), *problems_, mark);
}

Section Section::requiredSection(std::string_view key) const {
    if (get(key) == nullptr) problem(key, "is required");
    return section(key);
}

std::vector<Section> Section::sections(std::string_view key) const {
    std::vector<Section> found;
    const Node* list = typed(key, Node::Kind::sequence);
    if (list == nullptr) return found;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const Node& item = list->items[i];
        item.read = true;
        const std::string path = pathOf(key) + "[" + std::to_string(i) + "]";
        if (item.kind != Node::Kind::mapping) {
            problems_->error(item.mark, path, "expected a mapping, found " + std::string(kindName(item.kind)));
            continue;
        }
        found.push_back(Section(&item, path, *problems_, item.mark));
    }
    return found;
}

std::string Section::string(std::string_view key, std::string_view fallback) const {
    if (get(key) == nullptr) {
        remember(key, Node::string(std::string(fallback)));
        return std::string(fallback);
    }
    const Node* node = typed(key, Node::Kind::string);
    return node == nullptr ? std::string(fallback) : node->scalar;
}

bool Section::boolean(std::string_view key, bool fallback) const {
    if (get(key) == nullptr) {
        remember(key, Node::boolean(fallback));
        return fallback;
    }
    const Node* node = typed(key, Node::Kind::boolean);
    return node == nullptr ? fallback : node->scalar == "true";
}

namespace {

// Integers arrive in decimal: yaml.cpp and environment.cpp have turned 0x, 0o and 0b into it.
std::optional<std::int64_t> toInteger(const std::string& text) {
    std::int64_t value = 0;
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string range(std::int64_t min, std::int64_t max) {
    if (max == std::numeric_limits<std::int64_t>::max()) return "at least " + std::to_string(min);
    return "between " + std::to_string(min) + " and " + std::to_string(max);
}

}  // namespace

std::optional<std::int64_t> Section::optionalInteger(std::string_view key, std::int64_t min, std::int64_t max) const {
    if (!has(key)) return std::nullopt;
    const Node* node = typed(key, Node::Kind::integer);
    if (node == nullptr) return std::nullopt;
    const auto value = toInteger(node->scalar);
    if (value && *value >= min && *value <= max) return value;
    problems_->error(node->mark, pathOf(key), node->scalar + " is out of range: it must be " + range(min, max));
    return std::nullopt;
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const {
    if (get(key) == nullptr) {
        remember(key, Node::integer(fallback));
        return fallback;
    }
    if (isNull(key)) expected(*get(key), key, "an integer");
    return optionalInteger(key, min, max).value_or(fallback);
}

std::optional<double> Section::optionalReal(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    const Node* node = get(key);
    if (node->kind != Node::Kind::real && node->kind != Node::Kind::integer) {
        expected(*node, key, "a number");
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(node->scalar.data(), node->scalar.data() + node->scalar.size(), value);
    if (error == std::errc{} && end == node->scalar.data() + node->scalar.size() && std::isfinite(value)) return value;
    problems_->error(node->mark, pathOf(key), node->scalar + " is not a finite number");
    return std::nullopt;
}

double Section::real(std::string_view key, double fallback) const {
    if (get(key) == nullptr) {
        remember(key, Node::real(fallback));
        return fallback;
    }
    if (isNull(key)) expected(*get(key), key, "a number");
    return optionalReal(key).value_or(fallback);
}

std::optional<std::string> Section::optionalString(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    const Node* node = typed(key, Node::Kind::string);
    return node == nullptr ? std::nullopt : std::optional(node->scalar);
}

std::optional<bool> Section::optionalBoolean(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    const Node* node = typed(key, Node::Kind::boolean);
    return node == nullptr ? std::nullopt : std::optional(node->scalar == "true");
}

namespace {
constexpr char kFromADump[] = "holds `<redacted>`, which `config dump` prints instead of a secret: write the secret itself here";
}

std::optional<Secret> Section::optionalSecret(std::string_view key) const {
    if (const Node* node = get(key)) node->redaction = Node::Redaction::whole;
    const auto value = optionalString(key);
    if (value == kRedacted) problem(key, kFromADump);
    return value ? std::optional(Secret(*value)) : std::nullopt;
}

std::optional<std::string> Section::optionalUriWithPassword(std::string_view key) const {
    if (const Node* node = get(key)) node->redaction = Node::Redaction::uriPassword;
    auto value = optionalString(key);
    if (value && value->find(kRedacted) != std::string::npos) problem(key, kFromADump);
    return value;
}

std::string Section::requiredString(std::string_view key) const {
    if (get(key) == nullptr) {
        problem(key, "is required");
        return {};
    }
    const Node* node = typed(key, Node::Kind::string);
    return node == nullptr ? std::string() : node->scalar;
}

namespace {

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += '`' + std::string(words[i]) + '`';
    }
    return text;
}

}  // namespace

std::optional<std::string> Section::optionalOneOf(std::string_view key, const std::vector<std::string_view>& words) const {
    auto value = optionalString(key);
    if (!value || std::find(words.begin(), words.end(), *value) != words.end()) return value;
    problem(key, "`" + value->substr(0, 100) + "` is none of " + listed(words));
    return std::nullopt;
}

std::string Section::oneOf(std::string_view key, std::string_view fallback, const std::vector<std::string_view>& words) const {
    if (get(key) == nullptr) {
        remember(key, Node::string(std::string(fallback)));
        return std::string(fallback);
    }
    if (isNull(key)) expected(*get(key), key, "a string");
    return optionalOneOf(key, words).value_or(std::string(fallback));
}

std::string Section::requiredOneOf(std::string_view key, const std::vector<std::string_view>& words) const {
    if (get(key) == nullptr) {
        problem(key, "is required: " + listed(words));
        return {};
    }
    if (isNull(key)) expected(*get(key), key, "a string");
    return optionalOneOf(key, words).value_or(std::string());
}

namespace {
constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000;  // fits an Instant's microseconds
}

std::int64_t Section::seconds(std::string_view key, std::int64_t fallback) const { return integer(key, fallback, 0, kMostSeconds); }

std::optional<std::int64_t> Section::secondsOrNull(std::string_view key, std::int64_t fallback) const {
    if (isNull(key)) return std::nullopt;
    return seconds(key, fallback);
}

std::optional<std::string> Section::optionalUrl(std::string_view key) const {
    const auto value = optionalString(key);
    if (!value) return std::nullopt;
    auto url = normalizeUrl(*value);
    if (!url) problem(key, "is not an absolute URL");
    return url;
}

std::vector<std::string> Section::strings(std::string_view key) const {
    std::vector<std::string> found;
    const Node* list = typed(key, Node::Kind::sequence);
    if (list == nullptr) return found;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const Node& item = list->items[i];
        if (item.kind == Node::Kind::string) found.push_back(item.scalar);
        else expected(item, std::string(key) + "[" + std::to_string(i) + "]", "a string");
    }
    return found;
}

const Node* Section::raw(std::string_view key) const { return get(key); }

std::vector<std::string> Section::keys() const {
    std::vector<std::string> names;
    if (node_ != nullptr) {
        for (const auto& [key, value] : node_->members) names.push_back(key);
    }
    return names;
}

Section::InlineOrFile Section::inlineOrFile(std::string_view key, bool required) const {
    const std::string fileKey = std::string(key) + "_file";
    InlineOrFile found{optionalSecret(key), optionalString(fileKey)};
    if (found.value && found.file) problem("", "`" + std::string(key) + "` and `" + fileKey + "` are exclusive: keep one");
    if (required && !has(key) && !has(fileKey)) problem("", "one of `" + std::string(key) + "` and `" + fileKey + "` is required");
    return found;
}

void Section::problem(std::string_view key, const std::string& message) const {
    const Node* node = node_ == nullptr || key.empty() ? nullptr : node_->find(key);
    problems_->error(node == nullptr ? mark_ : node->mark, pathOf(key), message);
}

void Section::warning(std::string_view key, const std::string& message) const {
    const Node* node = node_ == nullptr || key.empty() ? nullptr : node_->find(key);
    problems_->warn(node == nullptr ? mark_ : node->mark, pathOf(key), message);
}

namespace {

void reportUnknownIn(const Node& node, const std::string& path, Problems& problems) {
    if (node.kind == Node::Kind::sequence) {
        for (std::size_t i = 0; i < node.items.size(); ++i) reportUnknownIn(node.items[i], path + "[" + std::to_string(i) + "]", problems);
        return;
    }
    if (node.kind != Node::Kind::mapping || !node.known) return;  // not read as a section: free form
    for (const auto& [key, value] : node.members) {
        const std::string full = path.empty() ? key : path + "." + key;
        const auto& names = node.known->names;
        if (std::find(names.begin(), names.end(), key) != names.end()) {
            reportUnknownIn(value, full, problems);
            continue;
        }
        const auto meant = nearest(key, names);
        problems.warn(value.mark, full, meant ? "unknown key, ignored; did you mean `" + *meant + "`?" : "unknown key, ignored");
    }
}

}  // namespace

void reportUnknownKeys(const Tree& tree, Problems& problems) { reportUnknownIn(tree.root, "", problems); }

std::string readFile(const std::string& settingPath, const std::string& file, std::size_t limit) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rbe"), std::fclose);
    if (!stream) throw ConfigError(settingPath + ": cannot open " + file + ": " + std::generic_category().message(errno));
    std::string text(limit + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), stream.get()));
    if (std::ferror(stream.get()) != 0) throw ConfigError(settingPath + ": cannot read " + file);
    if (text.size() > limit) throw ConfigError(settingPath + ": " + file + " is larger than " + std::to_string(limit) + " bytes");
    return text;
}

SectionGenerator::~SectionGenerator() = default;

}  // namespace latchkey::config
