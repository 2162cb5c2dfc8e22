// SPDX-License-Identifier: Apache-2.0
#include "domain/rate_limiter.h"

namespace latchkey {

RateLimitRepository::~RateLimitRepository() = default;
RateLimiter::~RateLimiter() = default;

}  // namespace latchkey
