// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_host.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/plugin_abi.h"
#include "kernel/version.h"

#include <Poco/ClassLoader.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <sstream>

namespace latchkey {

namespace fs = std::filesystem;

namespace {

const log::Logger kLog("kernel");

bool isShipped(const std::string& name);

}  // namespace

struct PluginHost::Entry {
    Loaded info;
    std::unique_ptr<Plugin> plugin;
};

PluginHost::PluginHost() : loader_(std::make_unique<Poco::ClassLoader<Plugin>>()) {}

PluginHost::~PluginHost() { stop(); }

namespace {

std::string findFile(const PluginChoice& choice, const std::vector<std::string>& directories) {
    if (choice.plugin.find('/') != std::string::npos) return fs::absolute(choice.plugin).lexically_normal().string();
    std::error_code ignored;
    std::string searched;
    for (const std::string& directory : directories) {
        const fs::path file = fs::absolute(directory) / (choice.plugin + ".so");
        if (fs::is_regular_file(file, ignored)) return file.lexically_normal().string();
        searched += (searched.empty() ? "" : ", ") + directory;
    }
    const std::string where = choice.mark.source ? " (named in " + choice.mark.text() + ")" : "";
    throw PluginError("plugin " + choice.plugin + where + ": there is no " + choice.plugin + ".so in " + (searched.empty() ? "any directory" : searched));
}

// Symbols are bound at once, so that a missing one is a message here and not a crash at the first call; and locally, until the
// descriptor has been accepted.
void* openLibrary(const std::string& path) {
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        const char* reason = ::dlerror();
        throw PluginError(path + ": cannot be loaded: " + (reason == nullptr ? "unknown reason" : reason));
    }
    return handle;
}

const LatchkeyPluginDescriptor& checkedDescriptor(const std::string& path) {
    void* handle = openLibrary(path);  // stays open: a plugin is never unloaded
    const auto* descriptor = static_cast<const LatchkeyPluginDescriptor*>(::dlsym(handle, "latchkey_plugin"));
    if (descriptor == nullptr) throw PluginError(path + ": is not a plugin of this server: it has no latchkey_plugin descriptor");
    if (descriptor->api != kPluginApi) {
        throw PluginError(path + ": speaks plugin API " + std::to_string(descriptor->api) + ", this server speaks " + std::to_string(kPluginApi) + ": rebuild it");
    }
    if (descriptor->size != sizeof(LatchkeyPluginDescriptor)) {
        throw PluginError(path + ": has a descriptor of " + std::to_string(descriptor->size) + " bytes, this server's has " +
                          std::to_string(sizeof(LatchkeyPluginDescriptor)) + ": rebuild it");
    }
    if (std::string_view(descriptor->build) != kBuildStamp) {
        throw PluginError(path + ": was built with `" + descriptor->build + "`, this server with `" + kBuildStamp + "`: rebuild it with the same compiler and options");
    }
    if (std::string_view(descriptor->headers) != latchkey_headers) {
        throw PluginError(path + ": was built with other headers of Latchkey (" + descriptor->headers + ") than this server (" + latchkey_headers +
                          "): rebuild it; if it ships with Latchkey, install it together with the server");
    }
    return *descriptor;
}

// What ships is of one version: a file of another one was left over from an upgrade, or belongs to another installation.
void requireVersion(const PluginHost::Loaded& plugin) {
    if (plugin.version == kVersion) return;
    throw PluginError(plugin.path + ": is of version " + plugin.version + ", and this server of " + kVersion +
                      ": install the plugins that ship together with the server, or take the directory out of plugins.directories");
}

// Runs one step of one plugin's life and gives whatever it throws the plugin's name.
void guarded(const std::string& name, const char* phase, const std::function<void()>& step) {
    try {
        step();
    } catch (const std::exception& error) {
        throw PluginError("plugin " + name + " failed to " + phase + ": " + error.what());
    } catch (...) {
        throw PluginError("plugin " + name + " failed to " + phase + ": it threw something that is not a std::exception");
    }
}

}  // namespace

void PluginHost::open(Entry& entry, const std::string& path, bool shipped) {
    const LatchkeyPluginDescriptor& descriptor = checkedDescriptor(path);
    entry.info.name = descriptor.name;
    entry.info.version = descriptor.version;
    entry.info.summary = descriptor.summary;
    entry.info.path = path;
    if (shipped) requireVersion(entry.info);
    for (const auto& other : entries_) {
        if (other->info.name == entry.info.name) {
            throw PluginError(path + ": is named " + entry.info.name + ", and so is " + other->info.path + ": load one of them");
        }
    }
    guarded(entry.info.name, "load", [&] {
        loader_->loadLibrary(path);
        const auto& manifest = loader_->manifestFor(path);
        const auto found = manifest.find("plugin");
        if (found == manifest.end()) throw PluginError("its manifest has no class named plugin");
        entry.plugin.reset(found->create());
    });
}

void PluginHost::load(const PluginChoice& choice, const std::vector<std::string>& directories) {
    auto entry = std::make_unique<Entry>();
    entry->info.group = choice.group;
    open(*entry, findFile(choice, directories), isShipped(choice.plugin));
    kLog.debug("plugin.loaded", "loaded a plugin", {{"plugin", entry->info.name}, {"path", entry->info.path}});
    entries_.push_back(std::move(entry));
}

void PluginHost::forEach(const char* phase, const std::function<void(Entry&)>& step) {
    for (const auto& entry : entries_) guarded(entry->info.name, phase, [&] { step(*entry); });
}

void PluginHost::declare(Declarations& declarations) {
    forEach("declare itself", [&](Entry& entry) { entry.plugin->declare(declarations); });
}

void PluginHost::amend(Amendment& amendment) {
    forEach("amend the configuration", [&](Entry& entry) { entry.plugin->amend(amendment); });
}

void PluginHost::configure(const config::Section& root) {
    forEach("read its configuration", [&](Entry& entry) { entry.plugin->configure(root); });
}

void PluginHost::start(PluginGroup group) {
    const std::size_t before = started_.size();
    for (const auto& entry : entries_) {
        if (entry->info.group != group) continue;
        services_.offering_ = entry->info.name;
        try {
            guarded(entry->info.name, "start", [&] { entry->plugin->start(services_); });
        } catch (...) {
            stopDownTo(before);
            throw;
        }
        started_.push_back(entry.get());
        kLog.debug("plugin.started", "started a plugin", {{"plugin", entry->info.name}});
    }
    services_.offering_.clear();
}

bool PluginHost::has(PluginGroup group) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry->info.group == group; });
}

void PluginHost::drain(const Deadline& deadline) noexcept {
    for (auto entry = started_.rbegin(); entry != started_.rend(); ++entry) (*entry)->plugin->drain(deadline);
}

void PluginHost::stopDownTo(std::size_t count) noexcept {
    while (started_.size() > count) {
        started_.back()->plugin->stop();
        started_.pop_back();
    }
}

void PluginHost::stop() noexcept { stopDownTo(0); }

std::vector<PluginHost::Loaded> PluginHost::list() const {
    std::vector<Loaded> all;
    for (const auto& entry : entries_) all.push_back(entry->info);
    return all;
}

namespace {

// What ships, in the order of the start: whatever a plugin needs from another stands before it.
constexpr std::pair<const char*, PluginGroup> kShipped[] = {
    {"site-config", PluginGroup::base},      {"secrets", PluginGroup::base},   {"embedded-postgres", PluginGroup::base},
    {"storage-postgres", PluginGroup::base}, {"client-sync", PluginGroup::base}, {"passwords", PluginGroup::base}, {"rate-limits", PluginGroup::base},
    {"outgoing-http", PluginGroup::base},    {"homeserver-synapse", PluginGroup::base}, {"homeserver-webhook", PluginGroup::base},
    {"email-blackhole", PluginGroup::base},  {"email-sendmail", PluginGroup::base}, {"email-smtp", PluginGroup::base},
    {"policy-builtin", PluginGroup::base}, {"policy-opa", PluginGroup::base},       {"captcha-pow", PluginGroup::base},
    {"manage", PluginGroup::base},
    {"events-log", PluginGroup::base},       {"events-postgres", PluginGroup::base}, {"events-webhook", PluginGroup::base},
    {"homeserver", PluginGroup::base},       {"email", PluginGroup::base},        {"events", PluginGroup::base},
    {"mails", PluginGroup::work},           {"jobs", PluginGroup::work},
    {"oauth2", PluginGroup::serve},          {"account", PluginGroup::serve},  {"compat", PluginGroup::serve},   {"health", PluginGroup::serve},
    {"metrics", PluginGroup::serve},         {"http", PluginGroup::serve},
};

// Of the base group, what starts after custom plugins: it chooses among what all others offer.
bool choosesLast(std::string_view name) { return name == "homeserver" || name == "email" || name == "events"; }

bool isShipped(const std::string& name) {
    return std::any_of(std::begin(kShipped), std::end(kShipped), [&](const auto& shipped) { return name == shipped.first; });
}

std::string shippedNames() {
    std::string names;
    for (const auto& shipped : kShipped) names += (names.empty() ? "" : ", ") + std::string(shipped.first);
    return names;
}

// The names under `enabled`, or all that ship.
std::vector<std::string> enabledNames(const config::Section& section) {
    std::vector<std::string> names;
    if (!section.has("enabled")) {
        for (const auto& shipped : kShipped) names.emplace_back(shipped.first);
        return names;
    }
    for (const std::string& name : section.strings("enabled")) {
        if (isShipped(name)) names.push_back(name);
        else section.problem("enabled", "`" + name + "` is none of the plugins that ship (" + shippedNames() + "); name one of your own under plugins.extra");
    }
    return names;
}

PluginChoice extraChoice(const config::Node& item, const config::Section& section, const std::string& path) {
    PluginChoice choice{.plugin = item.scalar, .group = PluginGroup::serve, .mark = item.mark};
    if (item.kind != config::Node::Kind::mapping) return choice;
    for (const auto& [key, value] : item.members) {
        if (key == "plugin") choice.plugin = value.scalar;
        else if (key == "group" && value.scalar == "base") choice.group = PluginGroup::base;
        else if (key == "group" && value.scalar == "work") choice.group = PluginGroup::work;
        else if (key != "group" || value.scalar != "serve") section.problem("extra", path + "." + key + " is not understood: an item is a name, a path, or {plugin: …, group: base|work|serve}");
    }
    return choice;
}

std::vector<PluginChoice> extraChoices(const config::Section& section) {
    std::vector<PluginChoice> choices;
    const config::Node* list = section.raw("extra");
    if (list == nullptr) return choices;
    if (list->kind != config::Node::Kind::sequence) section.problem("extra", "must be a list of names or paths");
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        const PluginChoice choice = extraChoice(list->items[i], section, "plugins.extra[" + std::to_string(i) + "]");
        if (choice.plugin.empty()) section.problem("extra", "item " + std::to_string(i) + " names no plugin");
        else choices.push_back(choice);
    }
    return choices;
}

}  // namespace

PluginSelection PluginSelection::parse(const config::Section& root) {
    const config::Section section = root.section("plugins");
    PluginSelection selection;
    selection.directories = section.strings("directories");
    for (const std::string& directory : defaultPluginDirectories()) selection.directories.push_back(directory);

    const std::vector<std::string> enabled = enabledNames(section);
    const std::vector<PluginChoice> extra = extraChoices(section);
    // Custom plugins start after the shipped ones of the base group and before those that serve: they may use storage, and the
    // front, which is last, finds what they offer.
    const auto addExtra = [&](PluginGroup group) {
        for (const PluginChoice& choice : extra) {
            if (choice.group == group) selection.choices.push_back(choice);
        }
    };
    const auto addShipped = [&](PluginGroup group, bool last) {
        for (const auto& [name, shippedGroup] : kShipped) {
            const bool wanted = std::find(enabled.begin(), enabled.end(), name) != enabled.end();
            if (wanted && shippedGroup == group && choosesLast(name) == last) selection.choices.push_back({.plugin = name, .group = group, .mark = {}});
        }
    };
    addShipped(PluginGroup::base, false);
    addExtra(PluginGroup::base);
    addShipped(PluginGroup::base, true);
    addShipped(PluginGroup::work, false);
    addExtra(PluginGroup::work);
    addExtra(PluginGroup::serve);
    addShipped(PluginGroup::serve, false);
    return selection;
}

std::vector<std::string> defaultPluginDirectories() {
    std::vector<std::string> directories;
    if (const char* path = std::getenv("LATCHKEY_PLUGIN_PATH"); path != nullptr && *path != '\0') {
        std::istringstream parts(path);
        for (std::string part; std::getline(parts, part, ':');) {
            if (!part.empty()) directories.push_back(part);
        }
        return directories;
    }
    std::error_code ignored;
    const fs::path prefix = fs::read_symlink("/proc/self/exe", ignored).parent_path().parent_path();
    for (const char* below : {LATCHKEY_PLUGIN_SUBDIRECTORY, "lib/latchkey/plugins"}) {
        const std::string directory = (prefix / below).string();
        if (std::find(directories.begin(), directories.end(), directory) == directories.end() && fs::is_directory(directory, ignored)) directories.push_back(directory);
    }
    if (directories.empty()) directories.push_back((prefix / LATCHKEY_PLUGIN_SUBDIRECTORY).string());  // for the message that names it
    return directories;
}

}  // namespace latchkey
