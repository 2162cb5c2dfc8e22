// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/json.h"

namespace latchkey::oauth2 {

void appendJsonString(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') (out += '\\') += c;
        else if (byte >= 0x20) out += c;
        else out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    out += '"';
}

void JsonObject::key(std::string_view name) {
    if (!members_.empty()) members_ += ',';
    appendJsonString(members_, name);
    members_ += ':';
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    key(name);
    appendJsonString(members_, value);
    return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::int64_t value) {
    key(name);
    members_ += std::to_string(value);
    return *this;
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
    key(name);
    members_ += value ? "true" : "false";
    return *this;
}

JsonObject& JsonObject::list(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    members_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) members_ += ',';
        appendJsonString(members_, values[i]);
    }
    members_ += ']';
    return *this;
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
    key(name);
    members_ += json;
    return *this;
}

}  // namespace latchkey::oauth2
