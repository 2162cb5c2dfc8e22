// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/template/theme.h"

#include "domain/template/language.h"
#include "domain/template/source.h"
#include "kernel/error.h"
#include "plugins/account/template/theme_files.h"

#include <algorithm>

namespace latchkey::account {

namespace {

// Pages stand in files of their own; what other templates include begins with an underscore.
bool isPage(const std::string& file) { return !file.starts_with('_') && file != "layout.html"; }

std::string joined(const std::vector<std::string>& problems) {
    std::string text = "the templates cannot be used:";
    for (const std::string& each : problems) text += "\n  " + each;
    return text;
}

}  // namespace

std::shared_ptr<const Theme> Theme::load(const ThemeSettings& settings, const std::vector<Sample>& samples, const View& common) {
    const Files files = Files::read(settings);
    const std::shared_ptr<Theme> theme(new Theme(files, settings.assetPrefix));
    if (theme->problems_.empty()) theme->check(samples, common);
    if (!theme->problems_.empty()) throw Error(joined(theme->problems_));
    return theme;
}

Theme::Theme(const Files& files, const std::string& assetPrefix) : translations_(files.translations), languages_(translations_.languages()) {
    compile(files, assetPrefix);
}

void Theme::compile(const Files& files, const std::string& assetPrefix) {
    std::map<std::string, std::string> urls;
    for (const auto& [file, content] : files.assets) {
        Asset asset = Asset::make(file, content);
        urls[file] = assetPrefix + asset.name;
        assets_.emplace(asset.name, asset);
    }
    const templates::Source source(files.templates, translations_, [&](const std::string& file) {
        const auto found = urls.find(file);
        if (found == urls.end()) throw Error("there is no asset " + file);
        return found->second;
    });
    for (const std::string& language : languages_) {
        for (const auto& [file, content] : files.templates) {
            if (!isPage(file)) continue;
            const std::string page = file.substr(0, file.rfind('.'));
            try {
                pages_[language].emplace(page, Template(file, source.page(page, language)));
            } catch (const Error& error) {
                if (std::ranges::find(problems_, error.what()) == problems_.end()) problems_.emplace_back(error.what());
            }
        }
    }
}

void Theme::check(const std::vector<Sample>& samples, const View& common) const {
    std::vector<std::string> found;
    for (const std::string& language : languages_) {
        for (const Sample& sample : samples) {
            try {
                View view = sample.view;
                view.add(common).set("lang", language);
                pages_.at(language).at(sample.page).renderStrictly(view);
            } catch (const Error& error) {
                if (std::ranges::find(found, error.what()) == found.end()) found.emplace_back(error.what());
            }
        }
    }
    if (!found.empty()) throw Error(joined(found));
}

std::string Theme::render(const std::string& page, const std::string& language, const View& view) const {
    return pages_.at(language).at(page).render(view);
}

std::string Theme::text(const std::string& language, const std::string& key) const {
    const std::string* found = translations_.find(language, key);
    return found == nullptr ? std::string() : *found;
}

const Asset* Theme::asset(std::string_view name) const {
    const auto found = assets_.find(name);
    return found == assets_.end() ? nullptr : &found->second;
}

std::vector<std::string> Theme::untranslated() const {
    std::vector<std::string> all;
    for (const std::string& language : languages_) {
        for (const std::string& key : translations_.missing(language)) all.push_back(language + ": " + key);
    }
    return all;
}

}  // namespace latchkey::account
