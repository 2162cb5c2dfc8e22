// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/cookie.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::account {

namespace {

constexpr char kName[] = "user-registration-sessions";

}  // namespace

RegistrationCookie::RegistrationCookie(const CookieJar& jar, const http::Request& request, Instant now) : jar_(jar), now_(now) {
    const auto content = jar_.open(request, kName);
    if (!content) return;
    try {
        Poco::JSON::Parser parser;
        for (const auto& each : *parser.parse(*content).extract<Poco::JSON::Array::Ptr>()) {
            const auto id = Ulid::parse(each.toString());
            if (id && now - id->time() < kRegistrationLifetime) ids_.insert(*id);
        }
    } catch (const Poco::Exception&) {
        ids_.clear();
    }
}

std::string RegistrationCookie::field() const {
    std::string list;
    std::size_t skip = ids_.size() > kMost ? ids_.size() - kMost : 0;  // a cookie has 4 KiB
    for (const Ulid& id : ids_) {
        if (skip > 0) --skip;
        else list += (list.empty() ? "\"" : ",\"") + id.text() + "\"";
    }
    http::Cookie cookie = jar_.seal(kName, "[" + list + "]");
    if (ids_.empty()) cookie.maxAgeSeconds = 0;
    return cookie.field(now_.us / 1'000'000);
}

}  // namespace latchkey::account
