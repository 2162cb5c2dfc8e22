// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/folder.h"

#include <vector>

namespace latchkey::account {

using templates::EmbeddedFile;

/// The files of templates/, translations/ and assets/.
const std::vector<EmbeddedFile>& embeddedFiles();  // generated: cmake/EmbedFiles.cmake

}  // namespace latchkey::account
