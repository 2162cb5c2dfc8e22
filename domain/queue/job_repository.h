// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

/// Work that somebody does later; written with what asks for it, in one transaction.
class LATCHKEY_API JobRepository {
public:
    virtual ~JobRepository();
    /// `payload` is JSON. Workers hear of it when the unit of work commits.
    virtual void enqueue(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now) = 0;
    /// The same, not to run before `at` (about a second of delay may come on top).
    virtual void enqueueAt(const Ulid& id, std::string_view queueName, std::string_view payload, Instant now, Instant at) = 0;
};

}  // namespace latchkey
