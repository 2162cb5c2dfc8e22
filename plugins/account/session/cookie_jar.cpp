// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/session/cookie_jar.h"

#include "domain/crypto/encrypter.h"
#include "plugins/account/settings.h"
#include "plugins/http/api/escape.h"

namespace latchkey::account {

std::optional<std::string> CookieJar::open(const http::Request& request, const std::string& name) const {
    const auto raw = request.cookie(name);
    if (!raw) return std::nullopt;
    const auto sealed = http::percentDecode(*raw);
    return sealed ? encrypter_.openCookie(name, *sealed) : std::nullopt;
}

http::Cookie CookieJar::seal(const std::string& name, const std::string& content) const {
    http::Cookie cookie;
    cookie.name = name;
    cookie.value = encrypter_.sealCookie(name, content);
    cookie.path = settings_.cookiePath();
    cookie.secure = settings_.url.secure();
    return cookie;
}

}  // namespace latchkey::account
