// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <Poco/JSON/Object.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::compat {

/// The JSON object of a request's body. Throws MatrixError: M_NOT_JSON for another content type or text, M_BAD_JSON for a member
/// of the wrong type, or one with text that nothing here can be.
class MatrixBody {
public:
    static MatrixBody parse(const http::Request& request);

    std::optional<std::string> text(const std::string& name) const;  ///< null counts as absent
    std::string required(const std::string& name) const;
    bool flag(const std::string& name) const;                         ///< absent: false
    std::optional<MatrixBody> object(const std::string& name) const;

private:
    explicit MatrixBody(Poco::JSON::Object::Ptr object) : object_(std::move(object)) {}
    Poco::JSON::Object::Ptr object_;
};

/// Writes one JSON object.
class JsonWriter {
public:
    JsonWriter& text(std::string_view key, std::string_view value);
    JsonWriter& number(std::string_view key, std::int64_t value);
    std::string str() const { return "{" + members_ + "}"; }

private:
    void key(std::string_view name);
    std::string members_;
};

}  // namespace latchkey::compat
