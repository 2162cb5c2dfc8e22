// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "plugins/account/session/cookie_jar.h"

namespace latchkey::account {

/// The cookie `session`: {"current": <id of the browser session> or null}, for 20 years.
std::optional<Ulid> readSessionCookie(const CookieJar& jar, const http::Request& request);
http::Cookie sessionCookie(const CookieJar& jar, const std::optional<Ulid>& current);

}  // namespace latchkey::account
