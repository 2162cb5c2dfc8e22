// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace latchkey::pow {

/// A file of templates/, translations/ or assets/, as it was when this was built.
struct EmbeddedFile {
    std::string_view path;
    std::string_view content;
};

const std::vector<EmbeddedFile>& embeddedFiles();  // generated: cmake/EmbedFiles.cmake

}  // namespace latchkey::pow
