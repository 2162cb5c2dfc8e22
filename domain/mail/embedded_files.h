// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/folder.h"

#include <vector>

namespace latchkey::mails {

using templates::EmbeddedFile;

/// The files of templates/ and translations/.
const std::vector<EmbeddedFile>& embeddedFiles();  // generated: cmake/EmbedFiles.cmake

}  // namespace latchkey::mails
