// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/status_command.h"

#include "plugins/storage-postgres/database_status.h"
#include "plugins/storage-postgres/migrations.h"

#include <cstdio>

namespace latchkey::pg {

int StatusCommand::run(const Arguments& arguments, Services&) {
    DatabaseStatus status = databaseStatus(config_.connect, MigrationSet::shipped());
    status.perProcess = config_.pool.perProcess();
    const std::string text = arguments.has("json") ? status.json() : status.text();
    std::fputs(text.c_str(), stdout);
    return status.healthy() ? 0 : 1;
}

}  // namespace latchkey::pg
