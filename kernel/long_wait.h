// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

namespace latchkey {

/// Somebody whose few threads must not all wait at once (the HTTP server): for one that does, another takes the place.
class LATCHKEY_API LongWaits {
public:
    virtual ~LongWaits();
    virtual void begin() noexcept = 0;
    virtual void end() noexcept = 0;

    /// Asks to be told of the waits of the calling thread; null: of none any more.
    static void ofThisThread(LongWaits* listener) noexcept;
};

/// While one exists, its thread waits for something that takes long, like a password's hash, and does nothing else. It may be
/// made on any thread; only those of a LongWaits have somebody who cares. Not nested.
class LATCHKEY_API LongWait {
public:
    LongWait() noexcept;
    ~LongWait();
    LongWait(const LongWait&) = delete;
    LongWait& operator=(const LongWait&) = delete;

private:
    LongWaits* told_;
};

}  // namespace latchkey
