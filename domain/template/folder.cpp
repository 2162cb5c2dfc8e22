// SPDX-License-Identifier: Apache-2.0
#include "domain/template/folder.h"

#include "kernel/config/section.h"
#include "kernel/error.h"

#include <algorithm>
#include <filesystem>

namespace latchkey::templates {

namespace fs = std::filesystem;

namespace {

bool isReferenceDefault(const std::string& folder) {
    static constexpr std::string_view kDefaults[] = {"./templates/", "./share/templates/", "/usr/local/share/mas-cli/templates/",
                                                     "./translations/", "./share/translations/", "/usr/local/share/mas-cli/translations/"};
    return std::ranges::any_of(kDefaults, [&](std::string_view each) { return folder == each || folder + "/" == each; });
}

}  // namespace

bool usableFolder(const std::string& setting, const std::optional<std::string>& folder) {
    if (!folder) return false;
    if (fs::is_directory(*folder)) return true;
    if (!isReferenceDefault(*folder)) throw Error(setting + ": " + *folder + " is no directory");
    return false;
}

void eachFile(const std::string& setting, const std::string& folder, const std::string& extension,
              const std::function<void(const std::string& name, std::string content)>& use) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || name.starts_with('.') || (!extension.empty() && entry.path().extension() != extension)) continue;
        use(name, config::readFile(setting, entry.path().string()));
    }
}

std::string withoutExtension(const std::string& name) { return name.substr(0, name.rfind('.')); }

}  // namespace latchkey::templates
