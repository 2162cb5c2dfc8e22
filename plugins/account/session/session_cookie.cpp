// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/session/session_cookie.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::account {

namespace {

constexpr std::int64_t kTwentyYears = 630'720'000;

}  // namespace

std::optional<Ulid> readSessionCookie(const CookieJar& jar, const http::Request& request) {
    const auto content = jar.open(request, "session");
    if (!content) return std::nullopt;
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(*content).extract<Poco::JSON::Object::Ptr>();
        if (!object->has("current") || object->isNull("current")) return std::nullopt;
        return Ulid::parse(object->getValue<std::string>("current"));
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

http::Cookie sessionCookie(const CookieJar& jar, const std::optional<Ulid>& current) {
    http::Cookie cookie = jar.seal("session", current ? "{\"current\":\"" + current->text() + "\"}" : "{\"current\":null}");
    cookie.maxAgeSeconds = kTwentyYears;
    return cookie;
}

}  // namespace latchkey::account
