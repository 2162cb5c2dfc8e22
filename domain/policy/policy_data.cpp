// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy_data.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <sstream>

namespace latchkey {

PolicyDataRepository::~PolicyDataRepository() = default;
PolicyDataError::~PolicyDataError() = default;

namespace {

using Poco::Dynamic::Var;
using Object = Poco::JSON::Object::Ptr;
using Array = Poco::JSON::Array::Ptr;

enum class Kind { null, boolean, number, string, array, object };

Kind kindOf(const Var& value) {
    if (value.isEmpty()) return Kind::null;
    if (value.type() == typeid(Object)) return Kind::object;
    if (value.type() == typeid(Array)) return Kind::array;
    if (value.isBoolean()) return Kind::boolean;
    return value.isNumeric() ? Kind::number : Kind::string;
}

const char* nameOf(Kind kind) {
    constexpr const char* kNames[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
    return kNames[static_cast<int>(kind)];
}

Var merged(const Var& below, const Var& above, const std::string& path);

Var mergedObjects(const Object& below, const Object& above, const std::string& path) {
    Object result = new Poco::JSON::Object(*below);
    for (const auto& [key, value] : *above) {
        result->set(key, below->has(key) ? merged(below->get(key), value, path.empty() ? key : path + "." + key) : value);
    }
    return result;
}

Var concatenated(const Array& below, const Array& above) {
    Array result = new Poco::JSON::Array(*below);
    for (const Var& item : *above) result->add(item);
    return result;
}

Var merged(const Var& below, const Var& above, const std::string& path) {
    const Kind left = kindOf(below);
    const Kind right = kindOf(above);
    if (left == Kind::null || right == Kind::null) return above;
    if (left != right) throw PolicyDataError((path.empty() ? "the data" : path) + " is " + nameOf(left) + " in one layer and " + nameOf(right) + " in the next");
    if (left == Kind::object) return mergedObjects(below.extract<Object>(), above.extract<Object>(), path);
    if (left == Kind::array) return concatenated(below.extract<Array>(), above.extract<Array>());
    return above;
}

// Poco's parser takes nothing but an object or an array for a document.
Var parsed(const std::string& text) {
    try {
        const Array document = Poco::JSON::Parser().parse("[" + text + "]").extract<Array>();
        if (document->size() == 1) return document->get(0);
    } catch (const Poco::Exception&) {
        // said below
    }
    throw PolicyDataError("the data is not JSON");
}

}  // namespace

std::string mergePolicyData(const std::string& below, const std::string& above) {
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(merged(parsed(below), parsed(above), {}), text);
    return text.str();
}

}  // namespace latchkey
