// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/compat/session_row.h"

namespace latchkey::pg {

CompatSession readCompatSession(const Row& row, int first) {
    return {.id = row.ulid(first),
            .userId = row.ulid(first + 1),
            .deviceId = row.optionalText(first + 2),
            .browserSessionId = row.optionalUlid(first + 3),
            .createdAt = row.instant(first + 4),
            .finishedAt = row.optionalInstant(first + 5),
            .isSynapseAdmin = row.boolean(first + 6),
            .userAgent = row.optionalText(first + 7),
            .humanName = row.optionalText(first + 8)};
}

}  // namespace latchkey::pg
