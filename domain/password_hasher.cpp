// SPDX-License-Identifier: Apache-2.0
#include "domain/password_hasher.h"

namespace latchkey {

PasswordHasher::~PasswordHasher() = default;

}  // namespace latchkey
