// SPDX-License-Identifier: Apache-2.0
#include "domain/queue/job_handler.h"

namespace latchkey {

JobContext::~JobContext() = default;
JobHandler::~JobHandler() = default;

}  // namespace latchkey
