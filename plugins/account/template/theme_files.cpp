// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/template/theme_files.h"

#include "kernel/config/section.h"
#include "kernel/error.h"
#include "plugins/account/template/embedded_files.h"

#include <algorithm>
#include <filesystem>

namespace latchkey::account {

namespace {

namespace fs = std::filesystem;

// Where the reference looks when the configuration says nothing; files of configurations made for it often name them.
bool isReferenceDefault(const std::string& folder) {
    static constexpr std::string_view kDefaults[] = {"./templates/", "./share/templates/", "/usr/local/share/mas-cli/templates/",
                                                     "./translations/", "./share/translations/", "/usr/local/share/mas-cli/translations/"};
    return std::ranges::any_of(kDefaults, [&](std::string_view each) { return folder == each || folder + "/" == each; });
}

template <typename Use>
void eachFile(const std::string& setting, const std::string& folder, const std::string& extension, Use use) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.starts_with('.') || (!extension.empty() && entry.path().extension() != extension)) continue;
        use(name, config::readFile(setting, entry.path().string()));
    }
}

bool usable(const std::string& setting, const std::optional<std::string>& folder) {
    if (!folder) return false;
    if (fs::is_directory(*folder)) return true;
    if (!isReferenceDefault(*folder)) throw Error(setting + ": " + *folder + " is no directory");
    return false;
}

std::string withoutExtension(const std::string& name) { return name.substr(0, name.rfind('.')); }

}  // namespace

Theme::Files Theme::Files::read(const ThemeSettings& settings) {
    Files files;
    const auto take = [&files](std::string_view path, std::string_view content) {
        const std::size_t slash = path.find('/');
        const std::string_view folder = path.substr(0, slash);
        const std::string name(path.substr(slash + 1));
        if (folder == "templates") files.templates[name] = content;
        else if (folder == "assets") files.assets[name] = content;
        else files.translations.add(withoutExtension(name), name, content);
    };
    for (const EmbeddedFile& each : embeddedFiles()) take(each.path, each.content);
    for (const auto& [path, content] : settings.more) take(path, content);
    if (usable("templates.path", settings.templates)) {
        // Only files that are known here: the folder may hold the reference's templates, which are of another kind.
        eachFile("templates.path", *settings.templates, ".html", [&](const std::string& name, std::string content) {
            if (files.templates.contains(name)) files.templates[name] = std::move(content);
        });
        const std::string assets = *settings.templates + "/assets";
        const auto use = [&](const std::string& name, std::string content) { files.assets[name] = std::move(content); };
        if (fs::is_directory(assets)) eachFile("templates.path", assets, "", use);
    }
    if (usable("templates.translations_path", settings.translations)) {
        eachFile("templates.translations_path", *settings.translations, ".json", [&](const std::string& name, const std::string& content) {
            files.translations.add(withoutExtension(name), name, content);
        });
    }
    return files;
}

}  // namespace latchkey::account
