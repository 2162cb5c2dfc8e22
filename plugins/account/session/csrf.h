// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "plugins/account/session/cookie_jar.h"

#include <string_view>

namespace latchkey::account {

/// Double submit: a random token in the encrypted cookie `csrf`, which each form must bring along. It is good for an hour from the
/// last page that held a form.
class Csrf {
public:
    /// The token of the browser's cookie; nothing if that is absent, expired or not ours.
    static std::optional<Csrf> read(const CookieJar& jar, const http::Request& request, Instant now);
    static Csrf make();

    std::string formValue() const;
    bool matches(std::string_view formValue) const;
    /// Renewed for an hour from now.
    http::Cookie cookie(const CookieJar& jar, Instant now) const;

private:
    explicit Csrf(std::string token) : token_(std::move(token)) {}

    std::string token_;  // 32 bytes
};

}  // namespace latchkey::account
