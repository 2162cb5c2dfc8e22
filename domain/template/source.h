// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/template.h"
#include "domain/template/translations.h"
#include "kernel/export.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace latchkey::templates {

/// What pages are made of.
struct SourceRules {
    std::string extension = ".html";
    Template::Kind kind = Template::Kind::html;
    std::string group = {};  ///< of the translations: `.title` stands for `<group><page>.title`
};

/// What a template's own tags are replaced by before it is parsed, so that rendering has to care for a person's data only:
///     {{> name}}      the file name.html (or of the rules' extension)
///     {{t login.title}}  a text of the language; `.title` stands for `<page>.title`. A text may hold {{name}} tags of its own
///     {{asset style.css}}   the URL of a file of assets/
class LATCHKEY_API Source {
public:
    using Files = std::map<std::string, std::string>;  ///< by name without folder: "login.html"
    using AssetUrl = std::function<std::string(const std::string& file)>;

    Source(const Files& files, const Translations& translations, AssetUrl assetUrl, SourceRules rules = {})
        : files_(files), translations_(translations), assetUrl_(std::move(assetUrl)), rules_(std::move(rules)) {}

    /// The layout around the page's file, in one language. Throws Error that names the file.
    std::string page(const std::string& page, const std::string& language) const;

private:
    std::string include(const std::string& file, const std::string& page, int depth) const;
    std::optional<std::string> replaced(const std::string& tag, const std::string& page, const std::string& language) const;
    std::string text(const std::string& key, const std::string& page, const std::string& language) const;

    const Files& files_;
    const Translations& translations_;
    AssetUrl assetUrl_;
    SourceRules rules_;
};

}  // namespace latchkey::templates
