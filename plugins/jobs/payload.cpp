// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/payload.h"

#include "kernel/error.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::jobs {

namespace {

[[noreturn]] void unfit(const char* member) { throw Error(std::string("the payload's `") + member + "` is missing or not understood"); }

Poco::Dynamic::Var memberOf(std::string_view payload, const char* member) {
    try {
        Poco::JSON::Parser parser;
        const auto root = parser.parse(std::string(payload));
        if (root.type() == typeid(Poco::JSON::Object::Ptr)) return root.extract<Poco::JSON::Object::Ptr>()->get(member);
    } catch (const Poco::Exception&) {
    }
    throw Error("the payload is not a JSON object");
}

}  // namespace

std::optional<std::string> optionalText(std::string_view payload, const char* member) {
    const auto value = memberOf(payload, member);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isString()) unfit(member);
    return value.extract<std::string>();
}

bool flag(std::string_view payload, const char* member, bool fallback) {
    const auto value = memberOf(payload, member);
    if (value.isEmpty()) return fallback;
    if (!value.isBoolean()) unfit(member);
    return value.extract<bool>();
}

std::optional<Ulid> optionalId(std::string_view payload, const char* member) {
    const auto text = optionalText(payload, member);
    if (!text) return std::nullopt;
    const auto id = Ulid::parse(*text);
    if (!id) unfit(member);
    return id;
}

Ulid userId(std::string_view payload) {
    const auto id = optionalId(payload, "user_id");
    if (!id) unfit("user_id");
    return *id;
}

Instant moment(std::string_view payload, const char* member) {
    const auto text = optionalText(payload, member);
    int zone = 0;
    Poco::DateTime parsed;
    if (!text || !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, *text, parsed, zone)) unfit(member);
    return {parsed.timestamp().epochMicroseconds() - zone * std::int64_t(1'000'000)};
}

std::string rfc3339(Instant at) { return Poco::DateTimeFormatter::format(Poco::Timestamp(at.us), "%Y-%m-%dT%H:%M:%S.%FZ"); }

}  // namespace latchkey::jobs
