// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"

namespace latchkey::pg {

class Connection;

class PgRateLimitRepository final : public RateLimitRepository {
public:
    explicit PgRateLimitRepository(Connection& connection) : connection_(connection) {}

    std::optional<Duration> take(std::string_view key, const RateLimit& limit) override;
    std::int64_t prune(std::int64_t most) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
