// SPDX-License-Identifier: Apache-2.0
#include "domain/lookalike.h"

#include "kernel/error.h"

#include <memory>
#include <string>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>
#include <vector>

namespace latchkey {

namespace {

void require(UErrorCode error) {
    if (U_FAILURE(error)) throw Error(std::string("ICU cannot judge names (is its data complete?): ") + u_errorName(error));
}

/// UTS #39: one script in a word, or the sets that Chinese, Japanese and Korean are written with.
class Words {
public:
    Words() : checker_(open()) {
        UErrorCode error = U_ZERO_ERROR;
        uspoof_setRestrictionLevel(checker_.get(), USPOOF_HIGHLY_RESTRICTIVE);
        uspoof_setChecks(checker_.get(), USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS, &error);
        require(error);
    }
    bool mixed(std::string_view word) const {
        UErrorCode error = U_ZERO_ERROR;
        const std::int32_t found = uspoof_check2UTF8(checker_.get(), word.data(), static_cast<std::int32_t>(word.size()), nullptr, &error);
        require(error);
        return found != 0;
    }
    /// The same for all that look the same.
    std::string skeleton(std::string_view text) const {
        std::string out(text.size() * 18 + 1, '\0');  // as much as a character can become
        UErrorCode error = U_ZERO_ERROR;
        const auto size = static_cast<std::int32_t>(text.size()), room = static_cast<std::int32_t>(out.size());
        const std::int32_t length = uspoof_getSkeletonUTF8(checker_.get(), 0, text.data(), size, out.data(), room, &error);
        require(error);
        out.resize(static_cast<std::size_t>(length));
        return out;
    }

private:
    using Checker = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;
    static Checker open() {
        UErrorCode error = U_ZERO_ERROR;
        USpoofChecker* made = uspoof_open(&error);
        require(error);
        return {made, &uspoof_close};
    }
    Checker checker_;
};

template <typename Visit>
void forEach(std::string_view text, Visit visit) {
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        const std::int32_t from = at;
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(text.data(), at, length, c);
        visit(c, from, at);
    }
}

bool isMark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }
// Not those that are written like an apostrophe.
bool isLetter(UChar32 c) { return u_isalpha(c) && u_charType(c) != U_MODIFIER_LETTER; }

bool isLatin(UChar32 c) {
    UErrorCode error = U_ZERO_ERROR;
    return uscript_getScript(c, &error) == USCRIPT_LATIN;
}

std::vector<std::string_view> wordsOf(std::string_view name) {
    std::vector<std::string_view> words;
    bool inside = false;
    forEach(name, [&](UChar32 c, std::int32_t from, std::int32_t to) {
        const bool part = u_isalnum(c) || isMark(c);
        const auto begin = static_cast<std::size_t>(from), length = static_cast<std::size_t>(to - from);
        if (part && inside) words.back() = std::string_view(words.back().data(), words.back().size() + length);
        else if (part) words.push_back(name.substr(begin, length));
        inside = part;
    });
    return words;
}

bool looksLikeAscii(const Words& words, std::string_view name) {
    bool foreign = false, ascii = true;
    forEach(name, [&](UChar32 c, std::int32_t, std::int32_t) { foreign = foreign || (isLetter(c) && !isLatin(c)); });
    if (!foreign) return false;
    forEach(words.skeleton(name), [&](UChar32 c, std::int32_t, std::int32_t) { ascii = ascii && (c < 0x80 || !isLetter(c)); });
    return ascii;
}

}  // namespace

bool isLookalike(std::string_view name) {
    static const Words words;
    bool turns = false;
    forEach(name, [&](UChar32 c, std::int32_t, std::int32_t) { turns = turns || u_hasBinaryProperty(c, UCHAR_BIDI_CONTROL); });
    if (turns) return true;
    for (const std::string_view word : wordsOf(name)) {
        if (words.mixed(word)) return true;
    }
    return looksLikeAscii(words, name);
}

}  // namespace latchkey
