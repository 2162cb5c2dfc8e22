// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/templates_check.h"

#include "kernel/error.h"
#include "kernel/log.h"
#include "plugins/account/pages/samples.h"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace latchkey::account {

std::vector<OptionSpec> TemplatesCheck::options() const {
    return {{.name = "out-dir", .help = "write what was rendered into this folder, to look at", .argument = "DIR"}};
}

int TemplatesCheck::run(const Arguments& arguments, Services&) {
    const auto theme = Theme::load(settings_.theme, allSamples(), settings_.common());
    if (const auto folder = arguments.value("out-dir")) write(*theme, *folder);
    for (const std::string& each : theme->untranslated()) std::cout << "not translated, English is shown: " << each << "\n";
    log::Logger("account").info("templates.valid", "all templates can be rendered", {{"languages", theme->languages().size()}});
    return 0;
}

void TemplatesCheck::write(const Theme& theme, const std::string& folder) const {
    namespace fs = std::filesystem;
    const auto put = [](const fs::path& path, const std::string& content) {
        fs::create_directories(path.parent_path());
        std::ofstream out(path, std::ios::binary);
        out << content;
        if (!out.flush()) throw Error(path.string() + ": cannot be written");
    };
    int number = 0;
    for (const Sample& sample : allSamples()) {
        ++number;
        for (const std::string& language : theme.languages()) {
            View view = sample.view;
            view.add(settings_.common()).set("lang", language);
            put(fs::path(folder) / language / (std::to_string(number) + "-" + sample.page + ".html"), theme.render(sample.page, language, view));
        }
    }
    theme.eachAsset([&](const Asset& asset) { put(fs::path(folder) / "assets" / asset.name, *asset.content); });
}

}  // namespace latchkey::account
