// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::jose {

namespace {
constexpr std::size_t kLargest = 64 * 1024;
constexpr std::size_t kDeepest = 16;
}  // namespace

Poco::JSON::Object::Ptr parseObject(std::string_view json) {
    if (json.size() > kLargest) return nullptr;
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        const Poco::Dynamic::Var parsed = parser.parse(std::string(json));
        if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) return nullptr;
        return parsed.extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        return nullptr;
    }
}

std::optional<std::string> stringMember(const Poco::JSON::Object& object, const std::string& name) {
    const Poco::Dynamic::Var value = object.get(name);
    if (!value.isString()) return std::nullopt;
    return value.extract<std::string>();
}

}  // namespace latchkey::jose
