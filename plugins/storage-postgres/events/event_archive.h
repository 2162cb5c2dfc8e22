// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_archive.h"

namespace latchkey::pg {

class Pool;

class PgEventArchive final : public EventArchive {
public:
    explicit PgEventArchive(Pool& pool) : pool_(pool) {}
    void write(const EventBatch& batch) override;
    std::vector<ArchivedEvent> find(const EventFilter& filter) override;
    std::int64_t prune(Instant before, int most) override;

private:
    Pool& pool_;
};

}  // namespace latchkey::pg
