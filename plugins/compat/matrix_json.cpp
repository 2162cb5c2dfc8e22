// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/matrix_json.h"

#include "plugins/compat/matrix_error.h"
#include "plugins/http/api/escape.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>

namespace latchkey::compat {

namespace {

// application/json, or any type with the suffix +json; clients that name none are believed.
bool isJson(const http::Request& request) {
    if (!request.headers.has("Content-Type")) return true;
    const std::string type = request.mediaType();
    return type == "application/json" || (type.find('/') != std::string::npos && type.ends_with("+json"));
}

MatrixError badJson(const std::string& name, const char* expected) { return {400, "M_BAD_JSON", "`" + name + "` must be " + expected}; }

}  // namespace

MatrixBody MatrixBody::parse(const http::Request& request) {
    if (!isJson(request)) throw MatrixError(400, "M_NOT_JSON", "the content type must be application/json");
    if (!http::isUtf8(request.body)) throw MatrixError(400, "M_NOT_JSON", "the body is not UTF-8");
    Poco::Dynamic::Var parsed;
    try {
        Poco::JSON::Parser parser;
        parsed = parser.parse(request.body);
    } catch (const Poco::Exception&) {
        throw MatrixError(400, "M_NOT_JSON", "the body is not JSON");
    }
    if (parsed.isEmpty()) throw MatrixError(400, "M_NOT_JSON", "the body is not JSON");
    if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) throw MatrixError(400, "M_BAD_JSON", "the body must be a JSON object");
    return MatrixBody(parsed.extract<Poco::JSON::Object::Ptr>());
}

std::optional<std::string> MatrixBody::text(const std::string& name) const {
    const Poco::Dynamic::Var value = object_->get(name);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isString()) throw badJson(name, "a string");
    auto found = value.extract<std::string>();
    if (found.find('\0') != std::string::npos || !http::isUtf8(found)) throw badJson(name, "text without NUL and lone surrogates");
    return found;
}

std::string MatrixBody::required(const std::string& name) const {
    auto found = text(name);
    if (!found) throw MatrixError(400, "M_BAD_JSON", "`" + name + "` is missing");
    return std::move(*found);
}

bool MatrixBody::flag(const std::string& name) const {
    const Poco::Dynamic::Var value = object_->get(name);
    if (value.isEmpty() && !object_->has(name)) return false;
    if (!value.isBoolean()) throw badJson(name, "true or false");
    return value.convert<bool>();
}

std::optional<MatrixBody> MatrixBody::object(const std::string& name) const {
    const Poco::Dynamic::Var value = object_->get(name);
    if (value.isEmpty()) return std::nullopt;
    if (value.type() != typeid(Poco::JSON::Object::Ptr)) throw badJson(name, "an object");
    return MatrixBody(value.extract<Poco::JSON::Object::Ptr>());
}

void JsonWriter::key(std::string_view name) {
    if (!members_.empty()) members_ += ',';
    members_ += Poco::toJSON(std::string(name)) + ":";
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
    key(name);
    members_ += Poco::toJSON(std::string(value));
    return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::int64_t value) {
    key(name);
    members_ += std::to_string(value);
    return *this;
}

}  // namespace latchkey::compat
