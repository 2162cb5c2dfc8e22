// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/session/csrf.h"

#include "domain/crypto/encoding.h"
#include "domain/secret.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::account {

namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kLifetimeSeconds = 3600;

std::int64_t seconds(Instant at) { return at.us / 1'000'000; }

}  // namespace

std::optional<Csrf> Csrf::read(const CookieJar& jar, const http::Request& request, Instant now) {
    const auto content = jar.open(request, "csrf");
    if (!content) return std::nullopt;
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(*content).extract<Poco::JSON::Object::Ptr>();
        const auto bytes = object->getArray("token");
        if (object->getValue<std::int64_t>("expiration") < seconds(now) || bytes.isNull() || bytes->size() != kTokenBytes) return std::nullopt;
        std::string token;
        for (unsigned i = 0; i < kTokenBytes; ++i) token += static_cast<char>(bytes->getElement<std::uint8_t>(i));
        return Csrf(std::move(token));
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
}

Csrf Csrf::make() { return Csrf(randomBytes(kTokenBytes)); }

std::string Csrf::formValue() const { return base64Url(token_); }

bool Csrf::matches(std::string_view formValue) const {
    const auto given = fromBase64Url(formValue);
    return given && constantTimeEquals(*given, token_);
}

http::Cookie Csrf::cookie(const CookieJar& jar, Instant now) const {
    std::string numbers;
    for (const char c : token_) numbers += (numbers.empty() ? "" : ",") + std::to_string(static_cast<unsigned char>(c));
    return jar.seal("csrf", "{\"expiration\":" + std::to_string(seconds(now) + kLifetimeSeconds) + ",\"token\":[" + numbers + "]}");
}

}  // namespace latchkey::account
