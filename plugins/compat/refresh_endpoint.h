// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/store.h"
#include "domain/time.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

namespace latchkey::compat {

/// POST …/refresh: strictly one exchange for each refresh token; two round trips. Thread-safe.
class RefreshEndpoint {
public:
    RefreshEndpoint(Store& store, ActivityRecorder& activity, Duration lifetime) : store_(store), activity_(activity), lifetime_(lifetime) {}
    http::Response post(const http::Request& request) const;

private:
    Store& store_;
    ActivityRecorder& activity_;
    const Duration lifetime_;
};

}  // namespace latchkey::compat
