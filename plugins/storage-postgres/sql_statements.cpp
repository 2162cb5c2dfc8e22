// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/sql_statements.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

bool identifierPart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Walks a script by tokens that may hold a semicolon.
class Scanner {
public:
    explicit Scanner(std::string_view script) : script_(script) {}

    std::vector<std::string> split() {
        while (at_ < script_.size()) step();
        finish(script_.size());
        return std::move(found_);
    }

private:
    void step() {
        const char c = script_[at_];
        if (script_.substr(at_, 2) == "--") return skipTo("\n", 2);
        if (script_.substr(at_, 2) == "/*") return skipComment();
        if (c == ';') {
            finish(at_ + 1);
            begin_ = ++at_;
            return;
        }
        if (!blank(c)) meaningful_ = true;
        if (c == '\'') return skipQuoted('\'', escapes());
        if (c == '"') return skipQuoted('"', false);
        if (c == '$' && (at_ == 0 || !identifierPart(script_[at_ - 1]))) return skipDollar();
        ++at_;
    }

    // E'…' is the one kind where a backslash hides the quote.
    bool escapes() const {
        const bool marked = at_ > 0 && (script_[at_ - 1] == 'E' || script_[at_ - 1] == 'e');
        return marked && (at_ < 2 || !identifierPart(script_[at_ - 2]));
    }

    void skipTo(std::string_view end, std::size_t from) {
        const std::size_t found = script_.find(end, at_ + from);
        at_ = found == std::string_view::npos ? script_.size() : found + end.size();
    }

    void skipComment() {
        int depth = 0;
        do {
            if (script_.substr(at_, 2) == "/*") { ++depth; at_ += 2; }
            else if (script_.substr(at_, 2) == "*/") { --depth; at_ += 2; }
            else ++at_;
        } while (depth > 0 && at_ < script_.size());
    }

    // A doubled quote ends one literal and begins the next, which comes to the same.
    void skipQuoted(char quote, bool backslash) {
        for (++at_; at_ < script_.size() && script_[at_] != quote; ++at_) {
            if (backslash && script_[at_] == '\\') ++at_;
        }
        at_ = std::min(at_ + 1, script_.size());
    }

    void skipDollar() {
        std::size_t end = at_ + 1;
        while (end < script_.size() && identifierPart(script_[end])) ++end;
        const bool tag = end < script_.size() && script_[end] == '$' && !(script_[at_ + 1] >= '0' && script_[at_ + 1] <= '9');
        if (tag) skipTo(script_.substr(at_, end + 1 - at_), end + 1 - at_);
        else ++at_;
    }

    void finish(std::size_t end) {
        if (meaningful_) found_.emplace_back(script_.substr(begin_, end - begin_));
        meaningful_ = false;
    }

    std::string_view script_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    bool meaningful_ = false;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> sqlStatements(std::string_view script) { return Scanner(script).split(); }

}  // namespace latchkey::pg
