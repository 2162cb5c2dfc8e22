// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"

#include <memory>
#include <optional>
#include <vector>

namespace latchkey {
class Store;
}
namespace latchkey::config {
class Section;
}

namespace latchkey::jobs {

/// How long dynamic clients that nobody uses are kept, of section `oauth`.
struct UnusedClientsConfig {
    std::optional<Duration> keep;  ///< nothing: for ever

    static UnusedClientsConfig parse(const config::Section& root);
};

/// The clean-ups of the schedule, and queues of older versions that have nothing left to do.
std::vector<std::unique_ptr<JobHandler>> cleanupHandlers(Store& store, const UnusedClientsConfig& unused);

}  // namespace latchkey::jobs
