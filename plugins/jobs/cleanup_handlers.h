// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"

#include <memory>
#include <vector>

namespace latchkey {
class Store;
}

namespace latchkey::jobs {

/// The clean-ups of the schedule, and queues of older versions that have nothing left to do.
std::vector<std::unique_ptr<JobHandler>> cleanupHandlers(Store& store);

}  // namespace latchkey::jobs
