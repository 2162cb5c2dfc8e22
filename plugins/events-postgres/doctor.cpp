// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-postgres/doctor.h"

#include "kernel/error.h"

namespace latchkey::events_postgres {

void ArchiveCheck::run(Report& report) {
    try {
        EventFilter filter;
        filter.most = 1;
        archive_.find(filter);
        report.ok("events are kept in the database");
    } catch (const Error& error) {
        report.fail(std::string("the events in the database cannot be read: ") + error.what(), "see the checks of the database; mas-cli database migrate");
    }
}

}  // namespace latchkey::events_postgres
