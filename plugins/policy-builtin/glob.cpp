// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/glob.h"

#include <re2/re2.h>

#include <stdexcept>

namespace latchkey::policy {

namespace {

std::string quoted(std::string_view text) { return re2::RE2::QuoteMeta(re2::StringPiece(text.data(), text.size())); }

// From after `[`; returns what stands for it and moves `at` behind `]`.
std::string characterClass(std::string_view glob, std::size_t& at) {
    const bool negated = at < glob.size() && glob[at] == '!';
    if (negated) ++at;
    const auto end = glob.find(']', at);
    if (end == std::string_view::npos || end == at) throw std::invalid_argument("`[` without `]`");
    std::string text = negated ? "[^" : "[";
    for (; at < end; ++at) text += glob[at] == '-' ? "-" : quoted(glob.substr(at, 1));
    ++at;
    return text + "]";
}

class Translation {
public:
    explicit Translation(std::string_view glob) : glob_(glob) {}

    std::string run() {
        while (at_ < glob_.size()) step(glob_[at_++]);
        if (open_ != 0) throw std::invalid_argument("`{` without `}`");
        return "(?s)" + regex_;
    }

private:
    void step(char c) {
        switch (c) {
            case '*': return star();
            case '?': regex_ += "[^.]"; return;
            case '[': regex_ += characterClass(glob_, at_); return;
            case '{': regex_ += "(?:"; ++open_; return;
            case '}': return close();
            case ',': regex_ += open_ > 0 ? "|" : ","; return;
            case '\\': return escape();
            default: regex_ += quoted({&c, 1});
        }
    }
    void star() {
        const bool across = at_ < glob_.size() && glob_[at_] == '*';
        while (at_ < glob_.size() && glob_[at_] == '*') ++at_;
        regex_ += across ? ".*" : "[^.]*";
    }
    void close() {
        if (open_-- == 0) throw std::invalid_argument("`}` without `{`");
        regex_ += ")";
    }
    void escape() {
        if (at_ == glob_.size()) throw std::invalid_argument("nothing after `\\`");
        regex_ += quoted(glob_.substr(at_++, 1));
    }

    std::string_view glob_;
    std::size_t at_ = 0;
    int open_ = 0;
    std::string regex_;
};

}  // namespace

std::string globToRegex(std::string_view glob) { return Translation(glob).run(); }

}  // namespace latchkey::policy
