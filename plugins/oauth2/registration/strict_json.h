// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// One JSON object (RFC 8259), at most 16 levels deep, in valid UTF-8. nullptr if the text is anything else.
/// `repeated` tells whether a name is there twice in one object, which parsers read differently (§4).
struct StrictJson {
    Poco::JSON::Object::Ptr object;
    bool repeated = false;

    static StrictJson parse(const std::string& text);
};

/// As JSON writes it with the fewest escapes: `"`, `\` and controls.
void appendCompactString(std::string& out, std::string_view text);

}  // namespace latchkey::oauth2
