// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/view.h"

#include <memory>
#include <string>

namespace latchkey::account {

/// A Mustache template, parsed. `{{name}}` is escaped for HTML; `{{{name}}}`, `{{&name}}` and other delimiters are refused, so that
/// nothing goes out unescaped. Thread-safe.
class Template {
public:
    /// `name` is for messages. Throws Error.
    Template(std::string name, const std::string& source);
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

}  // namespace latchkey::account
