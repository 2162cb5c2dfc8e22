// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/config.h"

#include "kernel/command.h"
#include "kernel/config/section.h"
#include "kernel/config/tree.h"
#include "kernel/error.h"

#include <cstdlib>
#include <filesystem>
#include <pwd.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

namespace {

using Kind = config::Node::Kind;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string home() {
    if (std::string set = environment("HOME"); set.starts_with('/')) return set;
    const passwd* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? "" : entry->pw_dir;
}

std::string normal(const std::string& directory) {
    std::string path = fs::absolute(directory).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

const config::Node* databaseNode(const config::Tree& tree) {
    const config::Node* database = tree.root.find("database");
    return database != nullptr && database->kind == Kind::mapping ? database : nullptr;
}

std::optional<std::string> text(const config::Node& mapping, std::string_view key) {
    const config::Node* node = mapping.find(key);
    if (node == nullptr || node->kind != Kind::string || node->scalar.empty()) return std::nullopt;
    return node->scalar;
}

// database.embedded: a directory, true (the default directory), or a mapping.
std::optional<Config> written(const config::Tree& tree) {
    const config::Node* database = databaseNode(tree);
    const config::Node* node = database == nullptr ? nullptr : database->find("embedded");
    if (node == nullptr) return std::nullopt;
    if (node->kind == Kind::string && !node->scalar.empty()) return Config{normal(node->scalar), {}, false};
    if (node->kind == Kind::boolean && node->scalar == "true") return Config{normal(defaultDataDir()), {}, false};
    if (node->kind != Kind::mapping) return std::nullopt;
    const auto dataDir = text(*node, "data_dir");
    return Config{normal(dataDir ? *dataDir : defaultDataDir()), text(*node, "bin_dir"), false};
}

}  // namespace

std::string defaultDataDir() {
    if (::geteuid() == 0) return "/var/lib/latchkey";
    if (std::string data = environment("XDG_DATA_HOME"); data.starts_with('/')) return data + "/latchkey";
    const std::string directory = home();
    if (!directory.starts_with('/')) throw ConfigError("this user has no home directory: name the data directory, --embedded=DIR");
    return directory + "/.local/share/latchkey";
}

std::optional<Config> wanted(const config::Tree& tree, const Arguments& serverArguments) {
    std::optional<Config> config = written(tree);
    if (!serverArguments.has("embedded")) return config;
    const std::string option = serverArguments.value("embedded").value_or("");
    if (config && !option.empty() && normal(option) != config->dataDir) {
        throw ConfigError("--embedded=" + option + " and database.embedded (" + config->dataDir + ") name different directories: use one of them");
    }
    if (!config) config = Config{normal(option.empty() ? defaultDataDir() : option), {}, false};
    config->byOption = true;
    return config;
}

std::vector<std::string> conflicts(const config::Tree& tree) {
    std::vector<std::string> found;
    const config::Node* database = databaseNode(tree);
    if (database == nullptr) return found;
    for (const char* key : {"uri", "host", "port", "socket", "username", "password", "database"}) {
        const config::Node* node = database->find(key);
        if (node != nullptr && node->kind != Kind::null) found.emplace_back(key);
    }
    return found;
}

void report(const config::Section& root, bool embedded, const std::vector<std::string>& conflicting) {
    const config::Section database = root.section("database");
    switch (database.kindOf("embedded")) {
        case Kind::null: database.know("embedded"); break;
        case Kind::boolean: database.boolean("embedded", false); break;
        case Kind::string:
            if (database.string("embedded", "").empty()) database.problem("embedded", "must name a directory");
            break;
        case Kind::mapping: {
            const config::Section section = database.section("embedded");
            section.optionalString("data_dir");
            section.optionalString("bin_dir");
            break;
        }
        default: database.problem("embedded", "must be a directory, true, or a mapping with data_dir and bin_dir");
    }
    if (!embedded) return;
    for (const std::string& key : conflicting) {
        database.problem(key, "names another database, but this server is to use an embedded one (--embedded or database.embedded): remove one of the two");
    }
}

}  // namespace latchkey::embedded
