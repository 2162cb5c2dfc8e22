// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "kernel/config/tree.h"
#include "kernel/export.h"
#include "kernel/plugin.h"
#include "kernel/services.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace Poco {
template <class Base>
class ClassLoader;
}

namespace latchkey {

/// Started in this order: base for every command that needs it, work for `server` and `worker`, serve for `server`.
enum class PluginGroup { base, work, serve };

/// One plugin to load: found by its name in the directories, or by its path.
struct PluginChoice {
    std::string plugin;  ///< "health", or a path that holds a slash
    PluginGroup group = PluginGroup::serve;
    config::Mark mark;   ///< where the configuration names it
};

/// The `plugins:` section. Without it: all that ship, in the built-in order.
struct LATCHKEY_API PluginSelection {
    std::vector<std::string> directories;
    std::vector<PluginChoice> choices;  ///< in the order of their start

    static PluginSelection parse(const config::Section& root);
};

/// Loads plugins and leads them through their life (kernel/plugin.h). Used from the main thread only.
class LATCHKEY_API PluginHost {
public:
    struct Loaded {
        std::string name;
        std::string version;
        std::string summary;
        std::string path;
        PluginGroup group;
    };

    PluginHost();
    ~PluginHost();  ///< stops what still runs; never unloads
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;

    /// Loads one file: reads its descriptor, compares API number, build stamp and headers, for what ships also the version, and only
    /// then lets the class loader create the plugin. Throws PluginError, which begins with the file's name.
    void load(const PluginChoice& choice, const std::vector<std::string>& directories);

    void declare(Declarations& declarations);
    void amend(Amendment& amendment);
    void configure(const config::Section& root);
    /// Starts one group in order; if a plugin throws, those started by this call are stopped again, newest first.
    void start(PluginGroup group);
    /// Whether a plugin of this group is loaded.
    bool has(PluginGroup group) const;
    void freeze() { services_.frozen_ = true; }
    /// All started plugins, newest first.
    void drain(const Deadline& deadline) noexcept;
    void stop() noexcept;

    Services& services() { return services_; }
    std::vector<Loaded> list() const;

private:
    struct Entry;
    void open(Entry& entry, const std::string& path, bool shipped);
    void forEach(const char* phase, const std::function<void(Entry&)>& step);
    void stopDownTo(std::size_t count) noexcept;

    std::unique_ptr<Poco::ClassLoader<Plugin>> loader_;  // before the plugins: destroyed after them
    Services services_;
    std::vector<std::unique_ptr<Entry>> entries_;
    std::vector<Entry*> started_;
};

/// Where plugins are looked for when the configuration names no directory: next to the executable's prefix
/// (`<prefix>/lib…/latchkey/plugins`), or LATCHKEY_PLUGIN_PATH (separated by `:`) if that is set.
LATCHKEY_API std::vector<std::string> defaultPluginDirectories();

}  // namespace latchkey
