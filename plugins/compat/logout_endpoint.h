// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/event_sink.h"
#include "domain/store.h"
#include "plugins/compat/compat_metrics.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

namespace latchkey::compat {

/// POST …/logout and …/logout/all. Thread-safe.
class LogoutEndpoint {
public:
    LogoutEndpoint(Store& store, ActivityRecorder& activity, CompatMetrics& metrics, Events* events)
        : store_(store), activity_(activity), metrics_(metrics), events_(events) {}
    http::Response logout(const http::Request& request) const;
    http::Response logoutAll(const http::Request& request) const;

private:
    void endOne(const http::Request& request) const;
    void endAll(const http::Request& request) const;

    Store& store_;
    ActivityRecorder& activity_;
    CompatMetrics& metrics_;
    Events* events_;
};

}  // namespace latchkey::compat
