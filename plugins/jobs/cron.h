// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"

#include <bitset>
#include <string_view>

namespace latchkey::jobs {

/// Six fields: second, minute, hour, day of month, month, day of week (0 is Sunday), in UTC. A field is `*`, a number, a range `a-b`,
/// any of these with a step `/n`, or several of them with commas. A day has to fit both of its fields.
class Cron {
public:
    /// Throws Error.
    explicit Cron(std::string_view text);
    /// The first moment after `after`. Throws Error if there is none within five years.
    Instant next(Instant after) const;

private:
    using Field = std::bitset<64>;
    bool day(std::int64_t daysSince1970) const;
    Field seconds_, minutes_, hours_, days_, months_, weekdays_;
};

}  // namespace latchkey::jobs
