// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/template.h"
#include "domain/template/translations.h"
#include "plugins/account/template/asset.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::account {

using templates::Template;
using templates::Translations;
using templates::View;

/// Data for a page as it might be; `templates check`, the start and a reload render every page with them.
struct Sample {
    std::string page;
    View view;
};

/// Where the parts of the pages come from.
struct ThemeSettings {
    std::optional<std::string> templates;     ///< folder with an administrator's *.html, and assets/
    std::optional<std::string> translations;  ///< folder with *.json
    std::string assetPrefix;                  ///< "/assets/" below the path of the public base
    /// Files of plugins, by their path: "templates/x.html", "translations/de.json", "assets/x.js".
    std::vector<std::pair<std::string, std::string>> more = {};
};

/// All templates in all languages, and the assets, as one consistent whole that never changes.
class Theme {
public:
    /// Built-in files, and the administrator's over them; every sample is rendered in every language. Throws Error with all problems.
    static std::shared_ptr<const Theme> load(const ThemeSettings& settings, const std::vector<Sample>& samples, const View& common);

    std::string render(const std::string& page, const std::string& language, const View& view) const;
    /// A text without tags; empty if there is none.
    std::string text(const std::string& language, const std::string& key) const;
    const std::vector<std::string>& languages() const { return languages_; }
    const Asset* asset(std::string_view name) const;
    template <typename Use>
    void eachAsset(Use use) const {
        for (const auto& [name, asset] : assets_) use(asset);
    }
    /// "fr: login.title" for each text that falls back to English.
    std::vector<std::string> untranslated() const;

private:
    struct Files;
    Theme(const Files& files, const std::string& assetPrefix);
    void compile(const Files& files, const std::string& assetPrefix);
    void check(const std::vector<Sample>& samples, const View& common) const;

    Translations translations_;
    std::vector<std::string> languages_;
    std::map<std::string, std::map<std::string, Template>> pages_;  // by language, then name
    std::map<std::string, Asset, std::less<>> assets_;              // by their name with digest
    std::vector<std::string> problems_;
};

/// The theme in use. Thread-safe.
class CurrentTheme {
public:
    std::shared_ptr<const Theme> get() const {
        const std::lock_guard lock(mutex_);
        return theme_;
    }
    void set(std::shared_ptr<const Theme> theme) {
        const std::lock_guard lock(mutex_);
        theme_ = std::move(theme);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Theme> theme_;
};

}  // namespace latchkey::account
