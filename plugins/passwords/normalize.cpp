// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/normalize.h"

#include "kernel/error.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <vector>

namespace latchkey::passwords {

namespace {

class Utf16 {
public:
    explicit Utf16(std::size_t units) : units_(units) {}
    ~Utf16() { OPENSSL_cleanse(units_.data(), units_.size() * sizeof(UChar)); }
    Utf16(const Utf16&) = delete;
    Utf16& operator=(const Utf16&) = delete;
    UChar* data() { return units_.data(); }
    std::int32_t capacity() const { return static_cast<std::int32_t>(units_.size()); }

private:
    std::vector<UChar> units_;
};

// The longest decomposition turns one character into 18 (U+FDFA).
constexpr std::size_t kGrowth = 18;
constexpr std::size_t kUtf8PerUnit = 3;

Wiped copyOf(std::string_view text) {
    Wiped copy(text.size());
    copy.text = text;
    return copy;
}

}  // namespace

Wiped nfkc(std::string_view text) {
    UErrorCode error = U_ZERO_ERROR;
    Utf16 raw(text.size() + 1);
    std::int32_t length = 0;
    u_strFromUTF8(raw.data(), raw.capacity(), &length, text.data(), static_cast<std::int32_t>(text.size()), &error);
    if (U_FAILURE(error)) return copyOf(text);

    const UNormalizer2* normalizer = unorm2_getNFKCInstance(&error);
    Utf16 normal(static_cast<std::size_t>(length) * kGrowth + 1);
    length = unorm2_normalize(normalizer, raw.data(), length, normal.data(), normal.capacity(), &error);
    Wiped out(static_cast<std::size_t>(length) * kUtf8PerUnit + 1);
    out.text.resize(out.text.capacity());
    std::int32_t bytes = 0;
    u_strToUTF8(out.text.data(), static_cast<std::int32_t>(out.text.size()), &bytes, normal.data(), length, &error);
    if (U_FAILURE(error)) throw Error(std::string("cannot bring a password into Unicode's normal form: ") + u_errorName(error));
    out.text.resize(static_cast<std::size_t>(bytes));
    return out;
}

}  // namespace latchkey::passwords
