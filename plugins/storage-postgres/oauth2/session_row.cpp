// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/oauth2/session_row.h"

namespace latchkey::pg {

OAuthSession readOAuthSession(const Row& row, int first) {
    return {.id = row.ulid(first),
            .clientId = row.ulid(first + 1),
            .userId = row.optionalUlid(first + 2),
            .browserSessionId = row.optionalUlid(first + 3),
            .scope = Scope(row.texts(first + 4)),
            .createdAt = row.instant(first + 5),
            .finishedAt = row.optionalInstant(first + 6),
            .lastActiveAt = row.optionalInstant(first + 7),
            .lastActiveIp = row.optionalText(first + 8),
            .userAgent = row.optionalText(first + 9),
            .humanName = row.optionalText(first + 10),
            .accessTokenLifetime = {}};
}

std::optional<Duration> readLifetime(const Row& row, int column) {
    const auto seconds = row.optionalInt64(column);
    return seconds ? std::optional(Duration::seconds(*seconds)) : std::nullopt;
}

std::optional<std::int64_t> lifetimeSeconds(const std::optional<Duration>& lifetime) {
    return lifetime ? std::optional(lifetime->us / 1'000'000) : std::nullopt;
}

}  // namespace latchkey::pg
