// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-postgres/archive_sink.h"

namespace latchkey::events_postgres {

void ArchiveSink::write(const EventBatch& batch) { archive_.write(batch); }

}  // namespace latchkey::events_postgres
