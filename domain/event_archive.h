// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// An event as it was kept.
struct ArchivedEvent {
    Ulid id;
    Instant at;
    std::string name;
    std::string json;  ///< as toJson() made it
};

/// What is not given does not matter.
struct EventFilter {
    std::optional<std::string> name;
    std::optional<Ulid> userId;
    std::optional<std::string> ip;      ///< an address, or a block such as 2001:db8::/32
    std::optional<Instant> since;
    std::optional<Instant> until;
    int most = 100;
};

/// Events kept in the database. Each call is a transaction of its own. Thread-safe.
class LATCHKEY_API EventArchive {
public:
    static constexpr const char* kService = "domain.EventArchive/1";
    virtual ~EventArchive();
    /// All of them or none. Those that are there already stay as they are.
    virtual void write(const EventBatch& batch) = 0;
    /// The newest ones that fit, the oldest of them first.
    virtual std::vector<ArchivedEvent> find(const EventFilter& filter) = 0;
    /// Removes what is older, at most `most`; returns how many. Skips what another process removes just now.
    virtual std::int64_t prune(Instant before, int most) = 0;
};

}  // namespace latchkey
