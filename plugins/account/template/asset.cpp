// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/template/asset.h"

#include "domain/crypto/encoding.h"

#include <algorithm>
#include <utility>

namespace latchkey::account {

namespace {

constexpr std::size_t kDigits = 12;

std::string typeOf(std::string_view extension) {
    static constexpr std::pair<std::string_view, const char*> kTypes[] = {
        {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"}, {".png", "image/png"},
        {".ico", "image/x-icon"},            {".woff2", "font/woff2"},                   {".jpg", "image/jpeg"},    {".webp", "image/webp"}};
    for (const auto& [known, type] : kTypes) {
        if (extension == known) return type;
    }
    return "application/octet-stream";
}

}  // namespace

Asset Asset::make(std::string_view file, std::string_view content) {
    const std::string digest = hex(sha256(content)).substr(0, kDigits);
    const std::size_t dot = std::min(file.rfind('.'), file.size());
    const std::string_view extension = file.substr(dot);
    return {std::string(file.substr(0, dot)) + "." + digest + std::string(extension), typeOf(extension), "\"" + digest + "\"",
            std::make_shared<const std::string>(content)};
}

}  // namespace latchkey::account
