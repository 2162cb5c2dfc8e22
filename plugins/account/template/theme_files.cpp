// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/template/theme_files.h"

#include "domain/template/folder.h"
#include "plugins/account/template/embedded_files.h"

#include <filesystem>

namespace latchkey::account {

using templates::eachFile;
using templates::usableFolder;
using templates::withoutExtension;

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
    if (usableFolder("templates.path", settings.templates)) {
        // Only files that are known here: the folder may hold the reference's templates, which are of another kind.
        eachFile("templates.path", *settings.templates, ".html", [&](const std::string& name, std::string content) {
            if (files.templates.contains(name)) files.templates[name] = std::move(content);
        });
        const std::string assets = *settings.templates + "/assets";
        const auto use = [&](const std::string& name, std::string content) { files.assets[name] = std::move(content); };
        if (std::filesystem::is_directory(assets)) eachFile("templates.path", assets, "", use);
    }
    if (usableFolder("templates.translations_path", settings.translations)) {
        eachFile("templates.translations_path", *settings.translations, ".json", [&](const std::string& name, const std::string& content) {
            files.translations.add(withoutExtension(name), name, content);
        });
    }
    return files;
}

}  // namespace latchkey::account
