// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/templates_check.h"

#include "kernel/error.h"
#include "kernel/log.h"
#include "plugins/account/pages/samples.h"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace latchkey::account {

namespace fs = std::filesystem;

namespace {

void print(const std::vector<std::string>& untranslated) {
    for (const std::string& each : untranslated) std::cout << "not translated, English is shown: " << each << "\n";
}

void put(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << content;
    if (!out.flush()) throw Error(path.string() + ": cannot be written");
}

// As in the reference: nothing that lies there already is mixed up with what is written, or lost.
void requireEmpty(const std::string& folder) {
    std::error_code ignored;
    if (!fs::exists(folder, ignored) || fs::is_empty(folder, ignored)) return;
    throw Error("--out-dir: " + folder + " is not empty: name an empty folder, or one that is not there");
}

}  // namespace

std::vector<OptionSpec> TemplatesCheck::options() const {
    return {{.name = "out-dir", .help = "write what was rendered into this folder, to look at", .argument = "DIR"}};
}

int TemplatesCheck::run(const Arguments& arguments, Services&) {
    if (const auto folder = arguments.value("out-dir")) requireEmpty(*folder);
    const auto theme = Theme::load(settings_.theme, allSamples(), settings_.common());
    const auto mails = mails::MailTemplates::load(settings_.mails());
    if (const auto folder = arguments.value("out-dir")) {
        write(*theme, *folder);
        write(*mails, *folder);
    }
    print(theme->untranslated());
    print(mails->untranslated());
    log::Logger("account").info("templates.valid", "all templates can be rendered", {{"languages", theme->languages().size()}});
    return 0;
}

void TemplatesCheck::write(const Theme& theme, const std::string& folder) const {
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

void TemplatesCheck::write(const mails::MailTemplates& mails, const std::string& folder) const {
    int number = 0;
    for (const mails::MailSample& sample : mails::MailTemplates::samples()) {
        ++number;
        for (const std::string& language : mails.languages()) {
            const mails::MailText mail = mails.render(sample.mail, language, sample.view);
            const fs::path base = fs::path(folder) / language / "mails" / (std::to_string(number) + "-" + sample.mail);
            put(base.string() + ".html", mail.html);
            put(base.string() + ".txt", mail.subject + "\n\n" + mail.text);
        }
    }
}

}  // namespace latchkey::account
