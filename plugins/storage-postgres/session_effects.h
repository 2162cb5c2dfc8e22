// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace latchkey::pg {

struct Query;

/// Whether a statement may leave something behind in its session that the next user of the connection would meet: a setting, a
/// LISTEN, an advisory lock, a temporary table, a cursor. Judged by its text, once for each time that it is prepared, so it
/// costs the hot path nothing. Only statements that are known to leave nothing pass; whatever else comes counts as a change.
/// Functions that a database defines itself are not looked into.
bool mayChangeSession(const Query& query);

}  // namespace latchkey::pg
