// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"
#include "plugins/secrets/config.h"

#include <string>
#include <vector>

namespace latchkey::secrets {

/// The 64 hexadecimal digits. Throws Error, with the setting's path, if they cannot be read or are none.
std::string readEncryptionKey(const Config& config);

/// The keys of the directory, sorted by file name, and then those of the list. Throws Error that lists every key that cannot be
/// used, and why.
std::vector<jose::Key> readKeys(const Config& config);

/// The regular files in `secrets.keys_dir`, sorted. Throws Error if it cannot be read.
std::vector<std::string> keyFilesIn(const std::string& directory);

}  // namespace latchkey::secrets
