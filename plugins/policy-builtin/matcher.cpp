// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/matcher.h"

#include <re2/re2.h>

#include <algorithm>
#include <stdexcept>

namespace latchkey::policy {

namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

template <typename List, typename Test>
bool any(const List& list, Test&& test) {
    return std::any_of(list.begin(), list.end(), test);
}

}  // namespace

Regex::Regex(const std::string& pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    const auto compiled = std::make_shared<const re2::RE2>(pattern, options);
    if (!compiled->ok()) throw std::invalid_argument(compiled->error());
    compiled_ = compiled;
}

bool Regex::foundIn(std::string_view text) const { return re2::RE2::PartialMatch(piece(text), *compiled_); }
bool Regex::matches(std::string_view text) const { return re2::RE2::FullMatch(piece(text), *compiled_); }

bool Matcher::matches(std::string_view text) const {
    return literals.contains(text) || any(substrings, [&](const std::string& each) { return text.find(each) != std::string_view::npos; }) ||
           any(prefixes, [&](const std::string& each) { return text.starts_with(each); }) ||
           any(suffixes, [&](const std::string& each) { return text.ends_with(each); }) ||
           any(regexes, [&](const Regex& each) { return each.foundIn(text); });
}

bool Domains::matches(std::string_view domain) const {
    return any(globs, [&](const Regex& each) { return each.matches(domain); });
}

}  // namespace latchkey::policy
