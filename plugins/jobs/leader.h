// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"

namespace latchkey {
class Store;
}

namespace latchkey::jobs {

/// The delay before the next attempt of a job that failed: 5 s, doubling.
Duration retryDelay(int attempt);
/// The attempt after which a job is given up: eleven runs in all.
inline constexpr int kLastAttempt = 10;

/// What the one worker that holds the lease does about once a second, in a transaction of its own: schedules, workers that have died
/// and their jobs, jobs that came due. Nothing if another process is at it. Throws as the store does.
void leaderDuties(Store& store, Instant now);

/// Of those, the jobs of workers that have died; for all others, now and then: a leader that is MAS declares workers dead and leaves their
/// jobs as they are.
void takeUpLostJobs(Store& store, Instant now);

}  // namespace latchkey::jobs
