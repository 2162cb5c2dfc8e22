// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "plugins/account/session/cookie_jar.h"

#include <set>

namespace latchkey::account {

/// How long a registration can be taken up again.
inline constexpr Duration kRegistrationLifetime = Duration::seconds(3600);

/// The cookie `user-registration-sessions`: which registrations this browser began. A sorted JSON list of ids, those of the last hour.
class RegistrationCookie {
public:
    RegistrationCookie(const CookieJar& jar, const http::Request& request, Instant now);

    bool holds(const Ulid& id) const { return ids_.contains(id); }
    void add(const Ulid& id) { ids_.insert(id); }
    void remove(const Ulid& id) { ids_.erase(id); }
    /// The value of a Set-Cookie field. An empty list is a cookie that the browser drops.
    std::string field() const;

private:
    static constexpr std::size_t kMost = 20;

    CookieJar jar_;
    Instant now_;
    std::set<Ulid> ids_;
};

}  // namespace latchkey::account
