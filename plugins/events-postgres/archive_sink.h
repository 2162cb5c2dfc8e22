// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_archive.h"

namespace latchkey::events_postgres {

/// Writes events to the database, in batches.
class ArchiveSink final : public EventSink {
public:
    explicit ArchiveSink(EventArchive& archive) : archive_(archive) {}
    std::string_view name() const override { return "postgres"; }
    Rhythm rhythm() const override { return {.most = 500, .lingerMs = 500}; }
    void write(const EventBatch& batch) override;

private:
    EventArchive& archive_;
};

}  // namespace latchkey::events_postgres
