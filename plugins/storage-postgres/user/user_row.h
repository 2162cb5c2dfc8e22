// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"
#include "plugins/storage-postgres/query.h"

namespace latchkey::pg {

// `table` with its dot: "users.". As many columns as kUserColumns says.
#define LATCHKEY_USER_COLUMNS(table)                                                                                                  \
    table "user_id, " table "username, " LATCHKEY_MICROS(table "created_at") ", " LATCHKEY_MICROS(table "locked_at") ", "             \
    LATCHKEY_MICROS(table "deactivated_at") ", " table "can_request_admin, " table "is_guest "
inline constexpr int kUserColumns = 7;

/// `first`: where these columns begin.
User readUser(const Row& row, int first = 0);

}  // namespace latchkey::pg
