// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/user/user_row.h"

namespace latchkey::pg {

User readUser(const Row& row, int first) {
    return {.id = row.ulid(first),
            .username = row.text(first + 1),
            .createdAt = row.instant(first + 2),
            .lockedAt = row.optionalInstant(first + 3),
            .deactivatedAt = row.optionalInstant(first + 4),
            .canRequestAdmin = row.boolean(first + 5),
            .isGuest = row.boolean(first + 6)};
}

}  // namespace latchkey::pg
