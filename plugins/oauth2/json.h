// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::oauth2 {

/// Writes one JSON object, member by member; cheap, for the hot answers. Documents that are read use Poco::JSON.
class JsonObject {
public:
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& number(std::string_view key, std::int64_t value);
    JsonObject& flag(std::string_view key, bool value);
    JsonObject& list(std::string_view key, const std::vector<std::string>& values);
    JsonObject& raw(std::string_view key, std::string_view json);  ///< well-formed JSON
    std::string str() const { return "{" + members_ + "}"; }

private:
    void key(std::string_view name);
    std::string members_;
};

/// `"…"` with what JSON demands escaped.
void appendJsonString(std::string& out, std::string_view text);

}  // namespace latchkey::oauth2
