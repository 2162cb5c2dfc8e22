// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace latchkey::policy {

/// A compiled RE2 expression: no input makes it take more than linear time. Throws std::invalid_argument with RE2's words.
class Regex {
public:
    explicit Regex(const std::string& pattern);
    bool foundIn(std::string_view text) const;  ///< anywhere
    bool matches(std::string_view text) const;  ///< all of it

private:
    std::shared_ptr<const re2::RE2> compiled_;
};

/// `literals`, `substrings`, `prefixes`, `suffixes`, `regexes` of the data: any of them matches. Case counts.
struct Matcher {
    std::set<std::string, std::less<>> literals;
    std::vector<std::string> substrings;
    std::vector<std::string> prefixes;
    std::vector<std::string> suffixes;
    std::vector<Regex> regexes;
    bool matches(std::string_view text) const;
};

/// Globs over domain names.
struct Domains {
    std::vector<Regex> globs;
    bool matches(std::string_view domain) const;
};

}  // namespace latchkey::policy
