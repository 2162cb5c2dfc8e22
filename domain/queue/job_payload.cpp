// SPDX-License-Identifier: Apache-2.0
#include "domain/queue/job_payload.h"

#include "kernel/error.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey {

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

std::optional<std::string> payloadText(std::string_view payload, const char* member) {
    const auto value = memberOf(payload, member);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isString()) unfit(member);
    return value.extract<std::string>();
}

bool payloadFlag(std::string_view payload, const char* member, bool fallback) {
    const auto value = memberOf(payload, member);
    if (value.isEmpty()) return fallback;
    if (!value.isBoolean()) unfit(member);
    return value.extract<bool>();
}

std::optional<Ulid> payloadId(std::string_view payload, const char* member) {
    const auto text = payloadText(payload, member);
    if (!text) return std::nullopt;
    const auto id = Ulid::parse(*text);
    if (!id) unfit(member);
    return id;
}

Ulid requiredPayloadId(std::string_view payload, const char* member) {
    const auto id = payloadId(payload, member);
    if (!id) unfit(member);
    return *id;
}

}  // namespace latchkey
