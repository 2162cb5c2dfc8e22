// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/server_app.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdio>
#include <sstream>

namespace latchkey {

namespace {

const char* groupName(PluginGroup group) { return group == PluginGroup::base ? "base" : group == PluginGroup::work ? "work" : "serve"; }

std::string toJson(const std::vector<PluginHost::Loaded>& plugins) {
    Poco::JSON::Array list;
    for (const auto& plugin : plugins) {
        Poco::JSON::Object::Ptr object = new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
        object->set("name", plugin.name);
        object->set("version", plugin.version);
        object->set("group", groupName(plugin.group));
        object->set("summary", plugin.summary);
        object->set("path", plugin.path);
        list.add(object);
    }
    std::ostringstream out;
    list.stringify(out, 2);
    return out.str();
}

class PluginsList final : public Command {
public:
    explicit PluginsList(ServerApp& app) : app_(app) {}
    std::string path() const override { return "plugins list"; }
    std::string summary() const override { return "List the loaded plugins in the order of their start"; }
    Needs needs() const override { return Needs::nothing; }
    std::vector<OptionSpec> options() const override { return {{.name = "json", .help = "as JSON"}}; }
    int run(const Arguments& arguments, Services&) override {
        const auto plugins = app_.plugins().list();
        if (arguments.has("json")) {
            std::printf("%s\n", toJson(plugins).c_str());
            return 0;
        }
        std::printf("%-20s %-8s %-6s %s\n", "NAME", "VERSION", "GROUP", "SUMMARY (FILE)");
        for (const auto& plugin : plugins) {
            std::printf("%-20s %-8s %-6s %s (%s)\n", plugin.name.c_str(), plugin.version.c_str(), groupName(plugin.group), plugin.summary.c_str(), plugin.path.c_str());
        }
        return app_.refusedPlugins().empty() ? 0 : 1;
    }

private:
    ServerApp& app_;
};

}  // namespace

std::unique_ptr<Command> pluginsListCommand(ServerApp& app) { return std::make_unique<PluginsList>(app); }

}  // namespace latchkey
