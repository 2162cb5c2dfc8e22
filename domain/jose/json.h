// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/JSON/Object.h>

#include <optional>
#include <string>
#include <string_view>

/// For the sources of domain/jose only.
namespace latchkey::jose {

/// nullptr unless the text is one JSON object, at most 64 KiB long and 16 levels deep.
Poco::JSON::Object::Ptr parseObject(std::string_view json);
/// Nothing if the member is missing or no string.
std::optional<std::string> stringMember(const Poco::JSON::Object& object, const std::string& name);

}  // namespace latchkey::jose
