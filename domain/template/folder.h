// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::templates {

/// A file that was embedded when this was built: cmake/EmbedFiles.cmake.
struct EmbeddedFile {
    std::string_view path;  ///< "templates/login.html"
    std::string_view content;
};

/// Whether there are files to be read. A folder that is not there is an error, unless it is one that the reference would look into
/// by itself: configurations made for it often name those. `setting` is for messages.
LATCHKEY_API bool usableFolder(const std::string& setting, const std::optional<std::string>& folder);
/// Its files of that extension (all, if it is empty), not those below; `use` gets name and content.
LATCHKEY_API void eachFile(const std::string& setting, const std::string& folder, const std::string& extension,
                           const std::function<void(const std::string& name, std::string content)>& use);
LATCHKEY_API std::string withoutExtension(const std::string& name);

}  // namespace latchkey::templates
