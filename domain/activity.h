// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey {

enum class SessionKind { browser, oauth2, compat, personal };

/// A session was used.
struct Activity {
    SessionKind kind;
    Ulid sessionId;
    Instant at;
    std::optional<std::string> ip;
};

/// Notes that sessions were used, to be written in batches. Thread-safe; never blocks on the database, never throws: past a bound
/// of pending records the oldest are dropped, and counted.
class LATCHKEY_API ActivityRecorder {
public:
    static constexpr const char* kService = "domain.ActivityRecorder/1";
    virtual ~ActivityRecorder();
    virtual void record(const Activity& activity) noexcept = 0;
};

class LATCHKEY_API ActivityRepository {
public:
    virtual ~ActivityRepository();
    /// One statement per kind. A session that is gone meanwhile loses its row only. Times only move forward.
    virtual void write(const std::vector<Activity>& activities) = 0;
};

}  // namespace latchkey
