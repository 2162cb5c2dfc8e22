// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/metadata_lists.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>

namespace latchkey::oauth2 {

namespace {

constexpr std::string_view kGrantTypes[] = {"authorization_code", "refresh_token", "implicit", "client_credentials", "password",
                                            "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                            "urn:openid:params:grant-type:ciba"};
constexpr std::string_view kResponseTypeWords[] = {"code", "id_token", "token"};

// Known ones by their place, then unknown ones by their text.
template <std::size_t Count>
std::pair<std::size_t, std::string_view> rank(const std::string_view (&known)[Count], const std::string& text) {
    const auto place = static_cast<std::size_t>(std::ranges::find(known, text) - std::begin(known));
    return {place, place == Count ? std::string_view(text) : std::string_view()};
}

bool wordBefore(const std::string& a, const std::string& b) { return rank(kResponseTypeWords, a) < rank(kResponseTypeWords, b); }

}  // namespace

void sortGrantTypes(std::vector<std::string>& types) {
    std::ranges::sort(types, [](const std::string& a, const std::string& b) { return rank(kGrantTypes, a) < rank(kGrantTypes, b); });
}

std::vector<std::string> responseTypeWords(const std::string& type) {
    std::istringstream in(type);
    std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    std::ranges::sort(words, wordBefore);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

void sortResponseTypes(std::vector<std::string>& types) {
    std::vector<std::vector<std::string>> all;
    for (const std::string& type : types) all.push_back(responseTypeWords(type));
    std::ranges::sort(all, [](const auto& a, const auto& b) { return std::ranges::lexicographical_compare(a, b, wordBefore); });
    types.clear();
    for (const auto& words : all) {
        std::string& joined = types.emplace_back();
        for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
    }
}

}  // namespace latchkey::oauth2
