// SPDX-License-Identifier: Apache-2.0
#include "domain/notifications.h"

namespace latchkey {

Subscription::~Subscription() = default;
Notifications::~Notifications() = default;

}  // namespace latchkey
