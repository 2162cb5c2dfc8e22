// SPDX-License-Identifier: Apache-2.0
#include "domain/clock.h"

#include "domain/secret.h"

#include <algorithm>
#include <ctime>

namespace latchkey {

Instant currentTime() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return {std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000};
}

Ulid newId(Instant now) {
    std::array<std::uint8_t, 10> random{};
    const std::string bytes = randomBytes(random.size());
    std::copy(bytes.begin(), bytes.end(), random.begin());
    return Ulid::make(now, random);
}

}  // namespace latchkey
