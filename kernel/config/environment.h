// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <string>
#include <vector>

namespace latchkey::config {

/// Reads `.env` from the working directory or the nearest parent that has one; variables that exist already stay.
/// Must run before any thread is started. Returns the file's path, or empty; a line that cannot be read is a warning.
LATCHKEY_API std::string loadDotEnv(Problems& problems);

/// The layer of `MAS_…` variables: the prefix in any case, every `_` a step down, so `MAS_MATRIX_HOMESERVER` is matrix.homeserver.
LATCHKEY_API Node environmentLayer(char** environment);

/// The value of such a variable: true, false, a number, [list], {key=value}, "quoted", or a trimmed string.
LATCHKEY_API Node environmentValue(const std::string& text);

/// Reads the configuration's layers, lowest first: environment, then the files in order. `files` from the command line; if there
/// are none, MAS_CONFIG split at `:`, or else `config.yaml`. A relative path is looked for in the working directory and every
/// parent; a file that is not there is a warning (as in the reference, which says nothing). Unreadable files and syntax errors
/// are errors in `problems`. `anyFound`: whether at least one file was there.
LATCHKEY_API Tree loadLayers(std::vector<std::string> files, Problems& problems, bool& anyFound);

}  // namespace latchkey::config
