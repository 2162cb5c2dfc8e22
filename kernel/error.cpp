// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"

namespace latchkey {

Error::Error(const std::string& message) : std::runtime_error(message) {}
Unavailable::Unavailable(const std::string& message, int retryAfterSeconds) : Error(message), retryAfterSeconds_(retryAfterSeconds) {}

// Out of line, so that each type has one home and is caught as itself on both sides of a plugin's border.
Error::~Error() = default;
ConfigError::~ConfigError() = default;
PluginError::~PluginError() = default;
UsageError::~UsageError() = default;
Unavailable::~Unavailable() = default;

}  // namespace latchkey
