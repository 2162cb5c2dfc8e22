// SPDX-License-Identifier: Apache-2.0
#include "domain/user_locks.h"

namespace latchkey {

UserLock::~UserLock() = default;
UserLocks::~UserLocks() = default;

}  // namespace latchkey
