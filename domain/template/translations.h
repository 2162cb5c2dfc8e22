// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::templates {

/// Texts by language and key ("login.title").
class LATCHKEY_API Translations {
public:
    /// Adds a file of nested objects: {"login": {"title": "Sign in"}}. Keys that are there already are replaced, the others stay.
    /// Throws Error that names `file`.
    void add(const std::string& language, const std::string& file, std::string_view json);

    std::vector<std::string> languages() const;
    /// The language's text, else the English one; nullptr if neither is there.
    const std::string* find(const std::string& language, const std::string& key) const;
    /// The keys that English has and `language` lacks.
    std::vector<std::string> missing(const std::string& language) const;

private:
    std::map<std::string, std::map<std::string, std::string>> texts_;
};

}  // namespace latchkey::templates
