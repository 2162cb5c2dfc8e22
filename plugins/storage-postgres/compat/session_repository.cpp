// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/compat/session_repository.h"

#include "plugins/storage-postgres/connection.h"

namespace latchkey::pg {

constexpr Query kFinishAllOf{"compat_session.finish_all_of",
                             "UPDATE compat_sessions SET finished_at = " LATCHKEY_INSTANT("$2") " WHERE user_id = $1::uuid AND finished_at IS NULL"};

std::int64_t PgCompatSessionRepository::finishAllOf(const Ulid& userId, Instant now) { return connection_.exec(kFinishAllOf, {userId, now}); }

}  // namespace latchkey::pg
