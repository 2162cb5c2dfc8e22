// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::test {

/// Writes a new key (mode 0600) and a self-signed certificate for localhost and 127.0.0.1, valid for a day, in PEM.
void writeServerCertificate(const std::string& certificateFile, const std::string& keyFile);

}  // namespace latchkey::test
