// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/claims.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <cmath>

namespace latchkey::jose {

struct Claims::Impl {
    Poco::JSON::Object::Ptr object;

    Poco::Dynamic::Var get(std::string_view name) const { return object.isNull() ? Poco::Dynamic::Var() : object->get(std::string(name)); }
};

Claims::Claims() : impl_(std::make_unique<Impl>()) {}
Claims::~Claims() = default;
Claims::Claims(Claims&&) noexcept = default;

Claims Claims::parse(std::string_view json) {
    constexpr std::size_t kDeepest = 16;
    Claims claims;
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        claims.impl_->object = parser.parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
    } catch (const Poco::Exception&) {
        // No object: no claims.
    }
    return claims;
}

bool Claims::has(std::string_view name) const { return !impl_->get(name).isEmpty(); }

std::optional<std::string> Claims::text(std::string_view name) const {
    const Poco::Dynamic::Var value = impl_->get(name);
    return value.isString() ? std::optional(value.extract<std::string>()) : std::nullopt;
}

std::optional<std::int64_t> Claims::time(std::string_view name) const {
    const Poco::Dynamic::Var value = impl_->get(name);
    if (value.isEmpty() || !value.isNumeric() || value.isBoolean()) return std::nullopt;
    const double seconds = value.convert<double>();
    if (!std::isfinite(seconds) || std::fabs(seconds) > 1e14) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

std::vector<std::string> Claims::textOrList(std::string_view name) const {
    if (const auto one = text(name)) return {*one};
    const Poco::Dynamic::Var value = impl_->get(name);
    if (value.type() != typeid(Poco::JSON::Array::Ptr)) return {};
    std::vector<std::string> found;
    for (const Poco::Dynamic::Var& each : *value.extract<Poco::JSON::Array::Ptr>()) {
        if (!each.isString()) return {};
        found.push_back(each.extract<std::string>());
    }
    return found;
}

}  // namespace latchkey::jose
