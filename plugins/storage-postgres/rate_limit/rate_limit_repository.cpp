// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/rate_limit/rate_limit_repository.h"

#include "domain/store.h"
#include "plugins/storage-postgres/connection.h"

#include <algorithm>

namespace latchkey::pg {

namespace {

// Ten years: beyond, a limit is one that never ends, and timestamps would overflow.
constexpr std::int64_t kLongest = std::int64_t(10) * 365 * 86'400 * 1'000'000;

#define MICROSECONDS(parameter) parameter "::bigint * interval '1 microsecond'"

}  // namespace

// full_at is when all tokens will be back. The proposed row's is one interval from now: that is how the update knows the time, and it
// reads the clock once. $2: interval, $3: what may be owed besides, (burst - 1) intervals.
constexpr Query kTake{"rate_limit.take", R"sql(
    INSERT INTO latchkey_rate_limits AS known (key, full_at, wait)
    VALUES ($1::text, clock_timestamp() + )sql" MICROSECONDS("$2") R"sql(, interval '0')
        ON CONFLICT (key) DO UPDATE
       SET wait = greatest(known.full_at - (excluded.full_at - )sql" MICROSECONDS("$2") " + " MICROSECONDS("$3") R"sql(), interval '0'),
           full_at = CASE WHEN known.full_at > excluded.full_at - )sql" MICROSECONDS("$2") " + " MICROSECONDS("$3") R"sql( THEN known.full_at
                          ELSE greatest(known.full_at + )sql" MICROSECONDS("$2") R"sql(, excluded.full_at) END
    RETURNING (extract(epoch from wait) * 1000000)::bigint)sql"};

std::optional<Duration> PgRateLimitRepository::take(std::string_view key, const RateLimit& limit) {
    const std::int64_t interval = std::clamp<std::int64_t>(limit.interval.us, 0, kLongest);
    const std::int64_t others = std::max<std::uint32_t>(limit.burst, 1) - std::int64_t(1);
    const std::int64_t owed = interval == 0 ? 0 : std::min(others, kLongest / interval) * interval;
    const auto wait = connection_.one(kTake, {key, interval, owed}, [](const Row& row) { return row.int64(0); });
    if (!wait) throw StorageInconsistent("rate_limit.take: no row came back");
    if (*wait == 0) return std::nullopt;
    return Duration{*wait};
}

// Skips what somebody takes from just now. A minute of grace keeps busy keys from coming and going.
constexpr Query kPrune{"rate_limit.prune", R"sql(
    DELETE FROM latchkey_rate_limits
     WHERE key IN (SELECT key FROM latchkey_rate_limits WHERE full_at < clock_timestamp() - interval '1 minute'
                    LIMIT $1::bigint FOR UPDATE SKIP LOCKED))sql"};

std::int64_t PgRateLimitRepository::prune(std::int64_t most) { return connection_.exec(kPrune, {most}); }

}  // namespace latchkey::pg
