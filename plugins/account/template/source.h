// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/translations.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace latchkey::account {

/// What a template's own tags are replaced by before it is parsed, so that rendering has to care for a person's data only:
///     {{> name}}      the file name.html
///     {{t login.title}}  a text of the language; `.title` stands for `<page>.title`. A text may hold {{name}} tags of its own
///     {{asset style.css}}   the URL of a file of assets/
class Source {
public:
    using Files = std::map<std::string, std::string>;  ///< by name without folder: "login.html"
    using AssetUrl = std::function<std::string(const std::string& file)>;

    Source(const Files& files, const Translations& translations, AssetUrl assetUrl)
        : files_(files), translations_(translations), assetUrl_(std::move(assetUrl)) {}

    /// The layout around the page's file, in one language. Throws Error that names the file.
    std::string page(const std::string& page, const std::string& language) const;

private:
    std::string include(const std::string& file, const std::string& page, int depth) const;
    std::optional<std::string> replaced(const std::string& tag, const std::string& page, const std::string& language) const;
    std::string text(const std::string& key, const std::string& page, const std::string& language) const;

    const Files& files_;
    const Translations& translations_;
    AssetUrl assetUrl_;
};

}  // namespace latchkey::account
