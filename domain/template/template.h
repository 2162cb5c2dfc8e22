// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/view.h"
#include "kernel/export.h"

#include <memory>
#include <string>
#include <string_view>

namespace latchkey::templates {

/// For text and quoted attributes of HTML.
LATCHKEY_API std::string escapeHtml(std::string_view text);

/// A Mustache template, parsed. `{{name}}` is escaped for HTML; `{{{name}}}`, `{{&name}}` and other delimiters are refused, so that
/// nothing goes out unescaped. Thread-safe.
class LATCHKEY_API Template {
public:
    /// html: runs of blanks become one. text: all of them stay, and what is put in is not escaped, but has no lines of its own:
    /// its control characters become blanks.
    enum class Kind { html, text };
    /// `name` is for messages. Throws Error.
    Template(std::string name, const std::string& source, Kind kind = Kind::html);
    ~Template();
    Template(Template&&) noexcept;
    Template& operator=(Template&&) noexcept;

    std::string render(const View& view) const;
    /// Throws Error that names the first name that `view` does not have.
    std::string renderStrictly(const View& view) const;

private:
    struct Parsed;
    std::string renderWith(const View& view, bool strict) const;

    std::string name_;
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace latchkey::templates
