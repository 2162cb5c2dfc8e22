// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace latchkey {

/// Sends what Poco's own classes log to kernel/log.h, under the name "poco".
void routePocoLogs();

}  // namespace latchkey
