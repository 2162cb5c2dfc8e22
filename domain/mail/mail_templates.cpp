// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/mail_templates.h"

#include "domain/mail/embedded_files.h"
#include "domain/template/language.h"
#include "domain/template/source.h"
#include "kernel/error.h"

#include <algorithm>
#include <filesystem>

namespace latchkey::mails {

using templates::Source;
using templates::Template;
using templates::View;

namespace {

constexpr const char* kMails[] = {"verification", "recovery"};

// Subject and text are no HTML; what is put in there has no lines of its own.
const std::pair<std::string, Template::Kind> kParts[] = {{".subject", Template::Kind::text}, {".txt", Template::Kind::text}, {".html", Template::Kind::html}};

void note(std::vector<std::string>& problems, const std::string& problem) {
    if (std::ranges::find(problems, problem) == problems.end()) problems.push_back(problem);
}

std::string joined(const std::vector<std::string>& problems) {
    std::string text = "the templates of mails cannot be used:";
    for (const std::string& each : problems) text += "\n  " + each;
    return text;
}

}  // namespace

/// By their names without folder: those built in, each replaced by the administrator's of the same name.
struct MailTemplates::Files {
    Source::Files templates;
    templates::Translations translations;

    explicit Files(const MailTemplateSettings& settings) {
        for (const EmbeddedFile& each : embeddedFiles()) {
            const std::size_t slash = each.path.find('/');
            const std::string name(each.path.substr(slash + 1));
            if (each.path.starts_with("templates/")) templates[name] = each.content;
            else translations.add(templates::withoutExtension(name), name, each.content);
        }
        readAdministrators(settings);
    }

    void readAdministrators(const MailTemplateSettings& settings) {
        if (templates::usableFolder("templates.path", settings.templates)) {
            const std::string folder = *settings.templates + "/mails";
            const auto use = [&](const std::string& name, std::string content) {
                if (!templates.contains(name)) throw Error(folder + "/" + name + ": there is no mail, or part of one, of this name");
                templates[name] = std::move(content);
            };
            if (std::filesystem::is_directory(folder)) templates::eachFile("templates.path", folder, "", use);
        }
        if (templates::usableFolder("templates.translations_path", settings.translations)) {
            templates::eachFile("templates.translations_path", *settings.translations, ".json", [&](const std::string& name, const std::string& content) {
                translations.add(templates::withoutExtension(name), name, content);
            });
        }
    }
};

std::shared_ptr<const MailTemplates> MailTemplates::load(const MailTemplateSettings& settings) {
    const std::shared_ptr<MailTemplates> made(new MailTemplates(settings));
    if (made->problems_.empty()) made->check();
    if (!made->problems_.empty()) throw Error(joined(made->problems_));
    return made;
}

MailTemplates::MailTemplates(const MailTemplateSettings& settings) : settings_(settings) {
    Files files(settings);
    translations_ = std::move(files.translations);
    languages_ = translations_.languages();
    compile(files);
}

void MailTemplates::compile(const Files& files) {
    const auto noAssets = [](const std::string& file) -> std::string { throw Error("a mail has no assets: " + file); };
    for (const auto& [extension, kind] : kParts) {
        const Source source(files.templates, translations_, noAssets, {extension, kind, "mail."});
        for (const std::string& language : languages_) {
            for (const std::string mail : kMails) {
                try {
                    mails_[language][mail].emplace(extension, Template("mails/" + mail + extension, source.page(mail, language), kind));
                } catch (const Error& error) {
                    note(problems_, error.what());
                }
            }
        }
    }
}

void MailTemplates::check() {
    for (const std::string& language : languages_) {
        for (const MailSample& sample : samples()) {
            try {
                assembled(sample.mail, language, sample.view, true);
            } catch (const Error& error) {
                note(problems_, error.what());
            }
        }
    }
}

MailText MailTemplates::render(const std::string& mail, std::string_view language, View view) const {
    return assembled(mail, templates::chooseLanguage({std::string(language)}, "", languages_), std::move(view), false);
}

MailText MailTemplates::assembled(const std::string& mail, const std::string& language, View view, bool strict) const {
    view.set("lang", language).set("service_name", settings_.serviceName).set("server_name", settings_.serverName).set("base_url", settings_.baseUrl);
    const Parts& parts = mails_.at(language).at(mail);
    const auto part = [&](const char* extension) {
        const Template& of = parts.at(extension);
        return strict ? of.renderStrictly(view) : of.render(view);
    };
    return {part(".subject"), part(".txt"), part(".html")};
}

std::vector<std::string> MailTemplates::untranslated() const {
    std::vector<std::string> all;
    for (const std::string& language : languages_) {
        for (const std::string& key : translations_.missing(language)) {
            if (key.starts_with("mail.")) all.push_back(language + ": " + key);  // an administrator's files have the pages' texts, too
        }
    }
    return all;
}

std::vector<MailSample> MailTemplates::samples() {
    const auto verification = [](bool registering) {
        return View().set("code", "123456").set("minutes", "5").set("mxid", "@alice:example.com").set("email", "alice@example.com").set("registering", registering);
    };
    const auto recovery = [](std::optional<std::string> ip) {
        return View()
            .set("link", "https://auth.example.com/account/password/recovery?ticket=aBcDeFgHiJkLmNoPqRsTuVwXyZ012345")
            .set("minutes", "10")
            .set("mxid", "@alice:example.com")
            .set("email", "alice@example.com")
            .set("ip", std::move(ip));
    };
    return {{"verification", verification(true)}, {"verification", verification(false)}, {"recovery", recovery("192.0.2.7")}, {"recovery", recovery(std::nullopt)}};
}

}  // namespace latchkey::mails
