// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/cookie.h"
#include "plugins/http/api/request.h"

#include <optional>
#include <string>

namespace latchkey {
class Encrypter;
}

namespace latchkey::account {

struct Settings;

/// The encrypted cookies, in the reference's format, so that browsers that it logged in still are.
class CookieJar {
public:
    CookieJar(const Encrypter& encrypter, const Settings& settings) : encrypter_(encrypter), settings_(settings) {}

    /// The cookie's content; nothing if it is not there or was not made with our key.
    std::optional<std::string> open(const http::Request& request, const std::string& name) const;
    http::Cookie seal(const std::string& name, const std::string& content) const;

private:
    const Encrypter& encrypter_;
    const Settings& settings_;
};

}  // namespace latchkey::account
