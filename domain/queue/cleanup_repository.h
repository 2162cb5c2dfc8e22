// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

struct InactiveSession {
    Ulid id;
    std::optional<Ulid> userId;
};

enum class InactiveKind { oauth2, compat, browser };

/// Removes what is over and old. Rows that somebody works with just now are skipped, not waited for.
class LATCHKEY_API CleanupRepository {
public:
    virtual ~CleanupRepository();
    /// By the name of a queue, `cleanup-…` or `prune-…`. At most `most` rows of each of its tables; returns how many, of the table with the most. Throws StorageError for a name that is not known.
    virtual std::int64_t clean(std::string_view name, Instant now, int most) = 0;
    /// Removes dynamic clients that nobody registered since `since` and that nothing refers to: no session, grant, consent or the like. At
    /// most `most`; returns how many. One that begins something meanwhile stays.
    virtual std::int64_t removeUnusedClients(Instant since, int most) = 0;
    /// Ends sessions that were last used before `unusedSince`, by id, at most `most` of those after `after`; returns the ended ones.
    virtual std::vector<InactiveSession> expire(InactiveKind kind, Instant unusedSince, const std::optional<Ulid>& after, int most, Instant now) = 0;
};

}  // namespace latchkey
