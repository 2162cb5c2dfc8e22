// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/queue/job_handler.h"
#include "domain/user/user.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace latchkey {
class Events;
class Store;
class UserLocks;
}  // namespace latchkey

namespace latchkey::jobs {

/// The queues that tell the homeserver of users. Their runs never hold a unit of work while they talk to it. `events` may be nullptr.
std::vector<std::unique_ptr<JobHandler>> userHandlers(Store& store, Homeserver& homeserver, UserLocks& locks, Events* events);

}  // namespace latchkey::jobs
