// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/doctor.h"

namespace latchkey::homeserver {

namespace {

using Reason = HomeserverError::Reason;

constexpr std::int64_t kPatienceMs = 10'000;

std::string cureOf(Reason reason, const MatrixSettings& settings) {
    const std::string endpoint = settings.endpoint;
    switch (reason) {
        case Reason::unreachable: return "start the homeserver, or correct matrix.endpoint: curl -v " + endpoint;
        case Reason::unauthorized:
            return "make matrix.secret here equal to matrix_authentication_service.secret of the homeserver, enable that section there, and restart both; "
                   "see that matrix.endpoint leads to the homeserver itself and, if it has a path, ends in a slash";
        case Reason::failed: return "look into the homeserver's log";
        case Reason::unsupported: return "correct matrix.kind, or enable the plugin that offers it";
        case Reason::notFound:
        case Reason::refused: break;
    }
    return "see that matrix.endpoint and matrix.kind fit the homeserver";
}

}  // namespace

void HomeserverCheck::run(Report& report) {
    names(report);
    calls(report);
}

void HomeserverCheck::names(Report& report) const {
    if (settings_.serverName == "localhost:8008") report.warn("matrix.homeserver is the default localhost:8008", "set it to the homeserver's server_name");
    const bool path = settings_.endpoint.find('/', settings_.endpoint.find("://") + 3) + 1 < settings_.endpoint.size();
    if (path && !settings_.endpoint.ends_with('/')) {
        report.warn("the last part of matrix.endpoint (" + settings_.endpoint + ") is dropped, as it does not end in a slash", "write it with a slash at the end: " + settings_.endpoint + "/");
    }
}

void HomeserverCheck::calls(Report& report) const {
    try {
        homeserver_.ping({.timeoutMs = kPatienceMs});
        report.ok("the homeserver takes our calls (" + settings_.kind + ")");
    } catch (const HomeserverError& error) {
        report.fail(error.what(), cureOf(error.reason(), settings_));
    }
}

}  // namespace latchkey::homeserver
