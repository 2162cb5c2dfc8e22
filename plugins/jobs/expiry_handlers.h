// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"

#include <memory>
#include <optional>
#include <vector>

namespace latchkey {
class Events;
class Store;
namespace config {
class Section;
}
}  // namespace latchkey

namespace latchkey::jobs {

/// `experimental.inactive_session_expiration`; without a ttl nothing expires.
struct ExpiryConfig {
    std::optional<Duration> ttl;
    bool oauth2 = true, compat = true, browser = true;
    /// Reads only: problems of the section are reported by whoever checks it.
    static ExpiryConfig parse(const config::Section& root);
};

/// `events` may be nullptr.
std::vector<std::unique_ptr<JobHandler>> expiryHandlers(Store& store, const ExpiryConfig& config, Events* events);

}  // namespace latchkey::jobs
